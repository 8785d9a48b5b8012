using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Dispatch;

/// <summary>
/// The node's own threads for work that waits for a disk or takes long, one pool for each kind, so that none can starve
/// another.
/// Who may use which, their sizes, and what they wait for stand in
/// <c>src/decisions/0013-every-pool-and-every-budget.md</c>; a test holds this type against it.
/// One for each ActorSystem; its threads end with it.
/// </summary>
internal sealed class NodePools : IExtension
{
    private readonly List<WorkPool> _all = [];

    /// <param name="cleaners">One thread for each.</param>
    public NodePools(PoolSettings settings, int dataDirectories, int cleaners)
    {
        Recovery = Add("recovery", settings.RecoveryThreads * dataDirectories);
        ColdReads = Add("cold-reads", settings.ColdReadThreads);
        Maintenance = Add("maintenance", settings.MaintenanceThreads);
        Cleaning = Add("cleaning", cleaners);
        GroupLoading = Add("group-loading", settings.GroupLoadingThreads);
        SmallWrites = Add("small-writes", settings.SmallWriteThreads);
        int half = Math.Max(1, Environment.ProcessorCount / 2);
        Compression = Add("compression", settings.CompressionThreads > 0 ? settings.CompressionThreads : half);
    }

    /// <summary>Logs are opened, recovered and made.</summary>
    public Bulkhead Recovery { get; }

    /// <summary>What clients ask for that may have to come from the disk: old records, offsets by time.</summary>
    public Bulkhead ColdReads { get; }

    /// <summary>Retention, checkpoints, deletions: long work that no client waits for.</summary>
    public Bulkhead Maintenance { get; }

    /// <summary>Compaction, busy for minutes.</summary>
    public Bulkhead Cleaning { get; }

    /// <summary>A new group coordinator reads what its predecessor wrote.</summary>
    public Bulkhead GroupLoading { get; }

    /// <summary>
    /// Short writes that something waits for: the node's registration, a log's new writer, a log's new start.
    /// </summary>
    public Bulkhead SmallWrites { get; }

    /// <summary>Clients' batches are opened, or compressed anew: it waits for no disk, but it takes time.</summary>
    public Bulkhead Compression { get; }

    public static NodePools Of(ActorSystem system) => system.WithExtension<NodePools, NodePoolsProvider>();

    /// <summary>Takes no more work; threads end when they have done what they were given.</summary>
    public void Stop()
    {
        foreach (WorkPool pool in _all) pool.Stop();
    }

    private Bulkhead Add(string name, int threads)
    {
        var pool = new WorkPool(name, threads);
        _all.Add(pool);
        return new Bulkhead(pool.Post);
    }
}
