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
