using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Nodes;
using KafkaActors.Storage;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>A process's replica: it leads, follows or waits, as the image says, and owns the log.</summary>
internal sealed class SimReplica(SimCluster cluster, SimProcess process, TopicIdPartition id)
{
    public SimLog Log { get; } = process.Node.Disk.Log(id);

    public SimLeader? Leader { get; private set; }

    public SimFollower? Follower { get; private set; }

    public TopicIdPartition Id => id;

    public void OnImage(MetadataImage image, PartitionImage partition)
    {
        if (image.IsLedBy(partition, process.Node.Id, process.Incarnation)) Lead(image, partition);
        else if (partition.HasLeader && partition.Leader != process.Node.Id) Follow(partition);
        else StandBy();
    }

    public void Sync()
    {
        Log.Sync();
        if (cluster.World.Chance(0.2)) Log.Checkpoint();
        Leader?.Flushed();
    }

    public void Tick() => Leader?.Tick();

    public void AdvanceHighWatermark(long offset)
    {
        if (offset <= Log.HighWatermark) return;
        cluster.Partition.OnHighWatermark(process.Node, Log, Log.HighWatermark, offset);
        Log.AdvanceHighWatermark(offset);
    }

    private void Lead(MetadataImage image, PartitionImage partition)
    {
        Follower = null;
        if (Leader is { } leader && leader.Epoch == partition.LeaderEpoch)
        {
            leader.OnImage(image, partition);
            return;
        }

        StandBy();
        if (Log.TakeWriter(ReplicaRole.Leader, partition.LeaderEpoch) is not { } token) return;
        cluster.World.Note($"node {process.Node.Id} leads under epoch {partition.LeaderEpoch} from offset {Log.End}");
        cluster.Partition.OnLeader(process, partition.LeaderEpoch, Log);
        Leader = new SimLeader(cluster, process, this, image, partition, token);
        Leader.Start();
    }

    private void Follow(PartitionImage partition)
    {
        Leader?.Resign();
        Leader = null;
        if (Follower?.Epoch == partition.LeaderEpoch) return;
        Follower = null;
        if (Log.TakeWriter(ReplicaRole.Follower, partition.LeaderEpoch) is not { } token) return;
        cluster.World.Note($"node {process.Node.Id} follows {partition.Leader} under epoch {partition.LeaderEpoch}");
        if (cluster.Bugs.Partitions.TruncatesToHighWatermark) Log.TruncateTo(token, Log.HighWatermark);
        Follower = new SimFollower(cluster, process, this, partition.Leader, token);
        Follower.Start();
    }

    private void StandBy()
    {
        Leader?.Resign();
        Leader = null;
        Follower = null;
    }
}
