using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Checking;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>One follower role: fetches from one leader under one epoch, one at a time, and cuts by epochs.</summary>
internal sealed class SimFollower(
    SimCluster cluster, SimProcess process, SimReplica replica, NodeId leader, LeaderEpoch epoch)
{
    private const int FetchTimeoutMs = 250;

    private int _fetch;

    public LeaderEpoch Epoch => epoch;

    public void Start() => Fetch();

    private bool IsCurrent => replica.Follower == this;

    private void Fetch()
    {
        if (!IsCurrent) return;
        int fetch = ++_fetch;
        SimLog log = replica.Log;
        var request = new FetchRequest(
            process.Node.Id, process.Broker!.Epoch, epoch, log.End, log.LastEpoch, log.SyncedEnd);
        SimNode to = cluster.Node(leader);
        cluster.Network.Send(process.Node, to, other =>
        {
            FetchAnswer answer = other.Broker!.Fetch(request);
            cluster.Network.Send(to, process.Node, asker =>
            {
                if (asker == process && IsCurrent && fetch == _fetch) OnFetched(answer);
            });
        });
        process.After(FetchTimeoutMs, () =>
        {
            if (fetch == _fetch) Fetch();
        });
    }

    private void OnFetched(FetchAnswer answer)
    {
        _fetch++;
        if (answer.Error == ErrorCode.None)
        {
            if (answer.Diverging is { } diverging) Truncate(diverging);
            foreach (SimRecord record in answer.Records) replica.Log.Append(record);
            replica.AdvanceHighWatermark(Math.Min(answer.HighWatermark, replica.Log.End));
        }

        process.After(cluster.World.Between(5, 40), Fetch);
    }

    private void Truncate(EpochEnd diverging)
    {
        long offset = Divergence.TruncationOffset(replica.Log.History, replica.Log.End, diverging);
        cluster.World.Note($"node {process.Node.Id} cuts its log from {replica.Log.End} to {offset}");
        PartitionChecker.OnTruncated(process.Node, replica.Log, offset);
        replica.Log.TruncateTo(offset);
    }
}
