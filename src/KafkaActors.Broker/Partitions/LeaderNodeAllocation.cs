using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Pins shard <c>n</c> to the region on node <c>n</c>, found by its cluster role, and never rebalances: which node
/// leads is the metadata's decision, not sharding's. While that node has no region the allocation fails, so that the
/// coordinator asks again instead of placing the shard elsewhere.
/// </summary>
internal sealed class LeaderNodeAllocation : IActorSystemDependentAllocationStrategy
{
    private static readonly Task<IImmutableSet<string>> Nothing =
        Task.FromResult<IImmutableSet<string>>(ImmutableHashSet<string>.Empty);

    private Cluster? _cluster;

    public void Start(ActorSystem system) => _cluster = Cluster.Get(system);

    public Task<IActorRef> AllocateShard(
        IActorRef requester,
        string shardId,
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations)
    {
        string role = PartitionSharding.NodeRole(shardId);
        foreach (IActorRef region in currentShardAllocations.Keys)
        {
            if (IsAt(region, role)) return Task.FromResult(region);
        }

        return Task.FromException<IActorRef>(
            new InvalidOperationException($"No shard region on a node with role {role}."));
    }

    public Task<IImmutableSet<string>> Rebalance(
        IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations,
        IImmutableSet<string> rebalanceInProgress) => Nothing;

    // A local reference has no host in its address: it stands for the coordinator's own node.
    private bool IsAt(IActorRef region, string role)
    {
        Cluster cluster = _cluster ?? throw new InvalidOperationException("The strategy was not started.");
        Address address = region.Path.Address;
        if (address.HasLocalScope) return cluster.SelfRoles.Contains(role);
        foreach (Member member in cluster.State.Members)
        {
            if (member.Address == address && member.HasRole(role)) return true;
        }

        return false;
    }
}
