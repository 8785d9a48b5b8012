using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// A committed fact of the cluster. One entry of the metadata log holds one or more events that count together or not
/// at all. Events say what is the case afterwards, never what to do, so that a snapshot is a list of events too.
/// </summary>
public abstract record MetadataEvent
{
    /// <summary>The first entry ever: fixes the cluster's id and its first voters.</summary>
    public sealed record ClusterFormed(string ClusterId, ImmutableArray<Voter> Voters) : MetadataEvent;

    /// <summary>The whole voter set as it is from here on; it differs from the last by one voter.</summary>
    public sealed record VotersChanged(ImmutableArray<Voter> Voters) : MetadataEvent;

    /// <summary>The first entry of a controller epoch; its commit is what lets the controller serve.</summary>
    public sealed record ControllerStarted(NodeId Node, int ControllerEpoch) : MetadataEvent;

    /// <summary>A broker's registration; it begins fenced unless a snapshot says otherwise.</summary>
    /// <param name="Epoch">In a snapshot the epoch; in the log <see cref="BrokerEpoch.None"/>: the entry's
    /// offset.</param>
    /// <param name="Incarnation">One start of the process.</param>
    /// <param name="BootId">The kernel's: under the same one a process crash keeps the page cache.</param>
    /// <param name="AkkaAddress">As in <c>akka.tcp://kafka-actors@host:4053</c>.</param>
    public sealed record BrokerRegistered(
        NodeId Node,
        BrokerEpoch Epoch,
        Guid Incarnation,
        string BootId,
        string AkkaAddress,
        BrokerRoles Roles,
        bool IsFenced,
        bool IsInControlledShutdown,
        ImmutableArray<DirectoryId> Directories,
        ImmutableArray<BrokerEndpoint> Listeners) : MetadataEvent
    {
        /// <summary>Null when none is configured.</summary>
        public string? Rack { get; init; }

        /// <summary>The registration that all its directories had noted when the process started.</summary>
        public BrokerEpoch StoredEpoch { get; init; } = BrokerEpoch.None;

        /// <summary>Whether the directories were left by a clean shutdown.</summary>
        public bool WasCleanShutdown { get; init; }

        /// <summary>Of the cluster member, <c>UniqueAddress.Uid</c>; 0 when it is not known.</summary>
        public int AkkaUid { get; init; }

        public MetadataVersionRange Versions { get; init; }

        /// <summary>
        /// Whether its logs may have lost a tail that was there before; each partition keeps by itself how far that is
        /// settled (<see cref="ReplicaStates.Suspects"/>).
        /// </summary>
        public bool IsSuspect { get; init; }

        /// <summary>Whether a log without levels can hold all that it says.</summary>
        public bool IsPlain => Rack is null && StoredEpoch == BrokerEpoch.None && !WasCleanShutdown && AkkaUid == 0
            && Versions == default && !IsSuspect;
    }

    public sealed record BrokerFenced(NodeId Node, BrokerEpoch Epoch) : MetadataEvent;

    public sealed record BrokerUnfenced(NodeId Node, BrokerEpoch Epoch) : MetadataEvent;

    /// <summary>
    /// How many sessions in a row controllers have granted to the broker because they began, and not because it was
    /// heard; 0 once one has heard it. Written only for those that are not fenced.
    /// </summary>
    public sealed record BrokerSessionGranted(NodeId Node, BrokerEpoch Epoch, int UnheardGrants) : MetadataEvent;

    /// <summary>The broker wants to stop: it leads nothing new and leaves every ISR.</summary>
    public sealed record BrokerShutdownStarted(NodeId Node, BrokerEpoch Epoch) : MetadataEvent;

    public sealed record BrokerUnregistered(NodeId Node, BrokerEpoch Epoch) : MetadataEvent;

    public sealed record TopicCreated(TopicId Topic, string Name) : MetadataEvent;

    /// <summary>The topic, its partitions and its configuration are gone; its id is kept for a while.</summary>
    /// <param name="DeletedAtMs">By the controller's clock, in milliseconds since the epoch; 0 in a log of before this
    /// was noted.</param>
    /// <param name="ForgottenBeforeMs">The ids of topics that were deleted before this time are kept no
    /// longer.</param>
    public sealed record TopicDeleted(TopicId Topic, long DeletedAtMs = 0, long ForgottenBeforeMs = 0) : MetadataEvent;

    /// <summary>In a snapshot: the id of a topic that was deleted before it.</summary>
    public sealed record DeletedTopicKept(TopicId Topic, long DeletedAtMs) : MetadataEvent;

    /// <summary>The partition's index is the count of its topic's partitions before.</summary>
    public sealed record PartitionAdded(
        TopicIdPartition Partition,
        ImmutableArray<NodeId> Replicas,
        NodeId Leader,
        LeaderEpoch LeaderEpoch,
        PartitionEpoch PartitionEpoch,
        ImmutableArray<NodeId> Isr,
        ImmutableArray<NodeId> EligibleLeaders) : MetadataEvent
    {
        public ReplicaStates States { get; init; } = ReplicaStates.None;
    }

    /// <summary>Leadership and ISR as they are from here on; the partition epoch is one higher than before.</summary>
    public sealed record PartitionChanged(
        TopicIdPartition Partition,
        NodeId Leader,
        LeaderEpoch LeaderEpoch,
        PartitionEpoch PartitionEpoch,
        ImmutableArray<NodeId> Isr,
        ImmutableArray<NodeId> EligibleLeaders) : MetadataEvent
    {
        /// <summary>Empty: as they were.</summary>
        public ImmutableArray<NodeId> Replicas { get; init; } = [];

        public ReplicaStates States { get; init; } = ReplicaStates.None;

        /// <summary>Whether a log without levels can hold all that it says.</summary>
        public bool IsPlain => Replicas.IsEmpty && States.IsNone;
    }

    /// <param name="Value">Null: the default holds again.</param>
    public sealed record ConfigChanged(ConfigResource Resource, string Name, string? Value) : MetadataEvent;

    /// <summary>A broker got the producer ids up to, and without, <paramref name="NextProducerId"/>.</summary>
    public sealed record ProducerIdBlockAllocated(NodeId Node, BrokerEpoch Epoch, long NextProducerId) : MetadataEvent;

    /// <summary>The coordinator that keeps its state in the internal topic may serve under this epoch, at this
    /// node.</summary>
    public sealed record CoordinatorStarted(string Topic, NodeId Node, CoordinatorEpoch Epoch) : MetadataEvent;

    /// <summary>
    /// From here on the metadata may hold what <see cref="MetadataVersion"/> names up to this level.
    /// </summary>
    public sealed record MetadataVersionChanged(short Version) : MetadataEvent;

    /// <summary>
    /// What newer software wrote: an event that is not known, and whatever follows it in its entry. It is kept and
    /// passed on as it is, and cannot be applied.
    /// </summary>
    /// <param name="Count">How many events it stands for.</param>
    /// <param name="Bytes">The first event's behind its type and version, then those of the others.</param>
    public sealed record Unknown(byte Type, byte Version, int Count, ImmutableArray<byte> Bytes) : MetadataEvent
    {
        public override string ToString() => $"an event of type {Type}, version {Version}";
    }
}
