using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// The partitions that have a log on this node, led or followed: one for each ActorSystem, read without locks by
/// doors, journals and partitions. Written by the <see cref="ReplicaManager"/> alone.
/// </summary>
internal sealed class PartitionRegistry : IExtension
{
    private readonly ConcurrentDictionary<TopicIdPartition, PartitionHandle> _byId = new();
    private readonly ConcurrentDictionary<string, PartitionHandle> _byEntity = new(StringComparer.Ordinal);

    private readonly ConcurrentDictionary<TopicIdPartition, TaskCompletionSource> _awaited = new();

    private readonly ConcurrentDictionary<TopicIdPartition, UnopenedLog> _unopened = new();

    private volatile ImmutableSortedDictionary<string, CoordinatorImage> _coordinators =
        MetadataImage.Empty.Coordinators;

    /// <summary>
    /// The coordinators over internal topics in this node's metadata, by topic. Written by the replica manager.
    /// </summary>
    public ImmutableSortedDictionary<string, CoordinatorImage> Coordinators
    {
        get => _coordinators;
        set => _coordinators = value;
    }

    /// <summary>Every partition; a moving picture.</summary>
    public IEnumerable<PartitionHandle> All => _byId.Select(entry => entry.Value);

    /// <summary>Logs that could not be opened, by partition; a moving picture.</summary>
    public IEnumerable<UnopenedLog> Unopened => _unopened.Select(entry => entry.Value);

    /// <summary>Below this epoch no coordinator may write to the topic, as far as this node knows.</summary>
    public CoordinatorEpoch CoordinatorOf(string topic) =>
        _coordinators.TryGetValue(topic, out CoordinatorImage coordinator) ? coordinator.Epoch : default;

    public static PartitionRegistry Of(ActorSystem system) =>
        system.WithExtension<PartitionRegistry, PartitionRegistryProvider>();

    public bool TryGet(TopicIdPartition id, [NotNullWhen(true)] out PartitionHandle? partition) =>
        _byId.TryGetValue(id, out partition);

    /// <param name="entityId">The partition's entity and persistence id.</param>
    public bool TryGet(string entityId, [NotNullWhen(true)] out PartitionHandle? partition) =>
        _byEntity.TryGetValue(entityId, out partition);

    /// <summary>
    /// Completes when this node serves the partition as its leader, or has none of it any more; which may be never.
    /// </summary>
    public Task WhenServed(TopicIdPartition id)
    {
        if (IsServed(id)) return Task.CompletedTask;
        TaskCompletionSource awaited = _awaited.GetOrAdd(
            id, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        if (IsServed(id)) NoteServed(id);
        return awaited.Task;
    }

    /// <summary>
    /// Called by the partition's actor, once it has published the way to it, and when the partition goes: nobody needs
    /// to wait for it any more.
    /// </summary>
    public void NoteServed(TopicIdPartition id)
    {
        if (_awaited.TryRemove(id, out TaskCompletionSource? awaited)) awaited.TrySetResult();
    }

    public void Add(PartitionHandle partition)
    {
        _byId[partition.Id] = partition;
        _byEntity[partition.EntityId] = partition;
    }

    public void Remove(PartitionHandle partition)
    {
        _byId.TryRemove(partition.Id, out _);
        _byEntity.TryRemove(partition.EntityId, out _);
        NoteServed(partition.Id);
    }

    public void NoteUnopened(TopicIdPartition id, UnopenedLog log) => _unopened[id] = log;

    public void ForgetUnopened(TopicIdPartition id) => _unopened.TryRemove(id, out _);

    private bool IsServed(TopicIdPartition id) =>
        TryGet(id, out PartitionHandle? partition) && partition.Route is not null;
}
