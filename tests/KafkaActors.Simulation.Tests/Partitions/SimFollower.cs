using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Checking;
using KafkaActors.Simulation.Tests.Nodes;
using KafkaActors.Storage;

namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>One follower role: fetches from one leader under one epoch, one at a time, and cuts by epochs.</summary>
internal sealed class SimFollower(
    SimCluster cluster, SimProcess process, SimReplica replica, NodeId leader, WriterToken token)
{
    private const int FetchTimeoutMs = 250;

    private int _fetch;

    public LeaderEpoch Epoch => token.LeaderEpoch;

    public void Start() => Fetch();

    private bool IsCurrent => replica.Follower == this;

    private void Fetch()
    {
        if (!IsCurrent) return;
        int fetch = ++_fetch;
        SimLog log = replica.Log;
        var request = new SimFetch(
            process.Node.Id, process.Broker!.Epoch, Epoch, log.End, log.LeaderEpochs.Latest ?? LeaderEpoch.None,
            log.SyncedEnd);
        SimNode to = cluster.Node(leader);
        cluster.Network.Send(process.Node, to, other =>
        {
            SimFetched answer = other.Broker!.Fetch(request);
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

    private void OnFetched(SimFetched answer)
    {
        _fetch++;
        if (answer.Error == ErrorCode.None)
        {
            if (answer.Diverging is { } diverging) Truncate(diverging);
            foreach (SimRecord record in answer.Records) Append(record);
            replica.AdvanceHighWatermark(Math.Min(answer.HighWatermark, replica.Log.End));
        }

        process.After(cluster.World.Between(5, 40), Fetch);
    }

    private void Append(SimRecord record)
    {
        ErrorCode refusal = replica.Log.Append(token, record);
        if (refusal != ErrorCode.None)
            throw new InvalidOperationException(
                $"Node {process.Node.Id} cannot append {record} at {replica.Log.End}: {refusal}.");
    }

    private void Truncate(LeaderEpochEnd diverging)
    {
        long offset = LogDivergence.TruncationOffset(replica.Log.LeaderEpochs, replica.Log.End, diverging);
        cluster.World.Note($"node {process.Node.Id} cuts its log from {replica.Log.End} to {offset}");
        PartitionChecker.OnTruncated(process.Node, replica.Log, offset);
        replica.Log.TruncateTo(token, offset);
    }
}
