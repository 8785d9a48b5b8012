using Akka.Actor;
using Akka.Cluster.Sharding;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>How partitions are sharded: one shard a node, named after the node that leads what is in it.</summary>
internal static class PartitionSharding
{
    public const string TypeName = "partition";

    /// <summary>The cluster role of every node that hosts partitions.</summary>
    public const string BrokerRole = "broker";

    private static readonly TimeSpan HomeTimeout = TimeSpan.FromSeconds(10);

    public static string ShardId(NodeId leader) => leader.ToString();

    public static string NodeRole(NodeId node) => NodeRole(ShardId(node));

    public static string NodeRole(string shardId) => $"node-{shardId}";

    /// <summary>Starts this node's region. Its configuration is the section <c>akka.cluster.sharding</c>.</summary>
    public static IActorRef Start(ActorSystem system, TimeProvider clock, PartitionLimits limits)
    {
        ClusterSharding sharding = ClusterSharding.Get(system);
        PartitionRegistry partitions = PartitionRegistry.Of(system);
        return sharding.Start(
            TypeName,
            entityId => PartitionActor.PropsFor(partitions, entityId, clock, limits),
            Settings(system),
            new PartitionMessageExtractor(),
            new LeaderNodeAllocation(),
            PoisonPill.Instance);
    }

    /// <summary>
    /// Completes once this node's shard is at home here, so that what the node leads is served; gives the wait up after
    /// a while. A batch for no partition asks for it: who stands in for that one answers from within the shard.
    /// </summary>
    public static async Task WhenHomeAsync(
        ActorSystem system, NodeId node, TimeProvider clock, CancellationToken cancellation)
    {
        var nowhere = new TopicIdPartition(TopicId.None, 0);
        var batch = new PartitionProtocol.Append(
            0, nowhere, LeaderEpoch.None, null, Acks.Leader, clock.GetUtcNow() + HomeTimeout, default);
        try
        {
            IActorRef region = ClusterSharding.Get(system).ShardRegion(TypeName);
            await region.Ask<PartitionProtocol.Appended>(
                new PartitionEnvelope(node, nowhere, batch), HomeTimeout, cancellation).ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            // The cluster's sharding is not up yet. Clients are told that nobody leads and ask again.
        }
    }

    /// <summary>
    /// The coordinator's state lives in DistributedData (persistence would use our journals), entities are started by
    /// the <see cref="ReplicaManager"/> and stay until it removes them.
    /// </summary>
    public static ClusterShardingSettings Settings(ActorSystem system) =>
        ClusterShardingSettings.Create(system)
            .WithRole(BrokerRole)
            .WithStateStoreMode(StateStoreMode.DData)
            .WithRememberEntities(false)
            .WithPassivateIdleAfter(TimeSpan.Zero);
}
