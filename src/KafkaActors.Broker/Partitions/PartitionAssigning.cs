using Akka.Actor;
using Akka.Event;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Gives each open log its writer and each partition its role. The token of another epoch is taken where a file may be
/// written, under the log's lock; until then the former writer writes, and the partition is told afterwards. What the
/// metadata says meanwhile is looked at then. Owned by the <see cref="ReplicaManager"/>, in whose messages it lives.
/// </summary>
internal sealed class PartitionAssigning(ReplicaManagerSettings settings, TopicLogSettings topics, ILoggingAdapter log)
{
    private readonly HashSet<TopicIdPartition> _taking = [];

    public required PartitionRegistry Registry { get; init; }

    public required OfflineReplicas Offline { get; init; }

    public required LogOpening Opening { get; init; }

    public required Bulkhead SmallWrites { get; init; }

    public required IActorRef Region { get; init; }

    public required IActorRef Controller { get; init; }

    /// <summary>The replica manager: told when a writer is taken.</summary>
    public required IActorRef Owner { get; init; }

    // The token changes with the epoch alone: under the same one the writes on their way stay good.
    public void Assign(MetadataImage metadata, PartitionImage image, OpenedLog opened)
    {
        PartitionAssignment? current = Registry.TryGet(image.Id, out PartitionHandle? partition)
            ? partition.Assignment
            : null;
        bool isOffline = opened.Log.Failure is not null || Offline.Contains(image.Id);
        bool isSame = current?.LeaderEpoch == image.LeaderEpoch && current.Role == RoleIn(metadata, image);
        if (isOffline) Publish(metadata, image, opened, null, ErrorCode.KafkaStorageError);
        else if (isSame) Publish(metadata, image, opened, current!.Token, current.Error);
        else TakeWriter(RoleIn(metadata, image), image, opened.Log);
    }

    /// <summary>A writer is taken, or could not be.</summary>
    /// <param name="image">What the metadata says now; null when the partition is not here any more.</param>
    public void OnTaken(WriterTaken taken, MetadataImage metadata, PartitionImage? image, OpenedLog? opened)
    {
        _taking.Remove(taken.Id);
        if (image is null || opened is null) return;
        bool isOfThisLog = opened.Log == taken.Log;
        bool isCurrent = isOfThisLog && opened.Log.Failure is null
            && taken.Token?.LeaderEpoch == image.LeaderEpoch && taken.Token.Role == RoleIn(metadata, image);
        if (isOfThisLog && taken.Cause is not null)
        {
            log.Error(taken.Cause, "Partition {0} cannot take epoch {1}.", opened.Log.Name, image.LeaderEpoch);
            Publish(metadata, image, opened, null, ErrorCode.KafkaStorageError);
        }
        else if (isCurrent)
        {
            Publish(metadata, image, opened, taken.Token, ErrorCode.None);
        }
        else
        {
            Assign(metadata, image, opened);
        }
    }

    // A leader's entity is started by its first message; a follower has one only if it led before.
    public void Tell(PartitionHandle partition)
    {
        if (partition.Actor is { } actor) actor.Tell(PartitionProtocol.AssignmentChanged.Instance);
        else if (partition.Assignment is { Role: ReplicaRole.Leader, Error: ErrorCode.None }) Start(partition);
    }

    /// <summary>The partition is not here any more: nobody is served, and its entity stops.</summary>
    public void Dismiss(PartitionHandle partition)
    {
        Registry.Remove(partition);
        partition.Assignment = partition.Assignment with
        {
            Role = ReplicaRole.None, Token = null, Error = ErrorCode.UnknownTopicOrPartition,
        };
        partition.Actor?.Tell(PartitionProtocol.Remove.Instance);
        partition.Waiters.WakeAll();
    }

    // One at a time for a partition.
    private void TakeWriter(ReplicaRole role, PartitionImage image, PartitionLog partition)
    {
        if (!_taking.Add(image.Id)) return;
        SmallWrites.Run(() => partition.TakeWriter(role, image.LeaderEpoch)).PipeTo(
            Owner,
            success: token => new WriterTaken(image.Id, partition, token, null),
            failure: cause => new WriterTaken(image.Id, partition, null, cause));
    }

    private ReplicaRole RoleIn(MetadataImage metadata, PartitionImage image) =>
        metadata.IsLedBy(image, settings.Node, settings.Incarnation) ? ReplicaRole.Leader : ReplicaRole.Follower;

    private void Publish(
        MetadataImage metadata, PartitionImage image, OpenedLog opened, WriterToken? token, ErrorCode error)
    {
        PartitionLog of = opened.Log;
        var assignment = new PartitionAssignment(
            settings.Node, RoleIn(metadata, image), image, ReplicaBroker.Of(metadata, image), token,
            topics.PartitionSettingsOf(metadata, of.Name.Topic, of.Config), error);
        if (Registry.TryGet(image.Id, out PartitionHandle? partition))
        {
            partition.Assignment = assignment;
            if (assignment.Role != ReplicaRole.Leader) partition.Waiters.WakeAll();
        }
        else
        {
            partition = Admit(opened, assignment);
        }

        if (of.Failure is not null) Offline.Add(image.Id);
        Tell(partition);
    }

    private PartitionHandle Admit(OpenedLog opened, PartitionAssignment assignment)
    {
        TopicIdPartition id = assignment.Image.Id;
        int stripe = (int)((uint)id.GetHashCode() % (uint)settings.JournalStripes);
        string journal = JournalPluginId.Of(opened.Directory, stripe);
        var partition = new PartitionHandle(id, opened.Log, journal, Owner, assignment) { Controller = Controller };
        Registry.Add(partition);
        Opening.Done(id);
        return partition;
    }

    private void Start(PartitionHandle partition) => Region.Tell(
        new PartitionEnvelope(settings.Node, partition.Id, PartitionProtocol.AssignmentChanged.Instance), Owner);

    /// <summary>Told to the owner when a log has another writer, or could not be given one.</summary>
    internal sealed record WriterTaken(TopicIdPartition Id, PartitionLog Log, WriterToken? Token, Exception? Cause)
        : INoSerializationVerificationNeeded;
}
