using System.Collections.Immutable;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>
/// What nodes ask of the controller, wherever it is, and what it tells them. A request goes through the node's proxy,
/// which answers each of them, at the latest when its time is over. An answer's offset is that of the image that has
/// the change, or that it was refused from: once this node's image has reached it, it shows what the answer says.
/// </summary>
public static class ControllerProtocol
{
    /// <param name="Id">Chosen by the asker, unique among its requests under way.</param>
    public abstract record Request(long Id)
    {
        /// <summary>
        /// Whether it may be asked twice: it names what it was decided from, or doing it again does no harm.
        /// </summary>
        public virtual bool IsRepeatable => true;
    }

    /// <summary>
    /// What clients change; answered by <see cref="Changed"/>, unless it says otherwise, or <see cref="Refused"/>.
    /// </summary>
    public abstract record Change(long Id) : Request(Id)
    {
        /// <summary>Done twice, the second answer would deny what the first did.</summary>
        public override bool IsRepeatable => false;
    }

    /// <param name="ValidateOnly">Nothing is changed, only told what would come of it.</param>
    public sealed record CreateTopics(long Id, IReadOnlyList<NewTopic> Topics, bool ValidateOnly) : Change(Id)
    {
        public override bool IsRepeatable => ValidateOnly;
    }

    public sealed record DeleteTopics(long Id, IReadOnlyList<string> Topics) : Change(Id);

    /// <inheritdoc cref="CreateTopics"/>
    public sealed record AddPartitions(long Id, IReadOnlyList<NewPartitions> Topics, bool ValidateOnly)
        : Change(Id)
    {
        public override bool IsRepeatable => ValidateOnly;
    }

    /// <inheritdoc cref="CreateTopics"/>
    public sealed record AlterConfigs(long Id, IReadOnlyList<ResourceChangeRequest> Resources, bool ValidateOnly)
        : Change(Id)
    {
        public override bool IsRepeatable => ValidateOnly;
    }

    /// <summary>
    /// A broker that will not come back is to be forgotten; answered by <see cref="BrokerDecided"/>.
    /// </summary>
    public sealed record UnregisterBroker(long Id, NodeId Node) : Change(Id);

    public sealed record RegisterBroker(long Id, BrokerRegistration Registration) : Request(Id);

    public sealed record UnfenceBroker(long Id, NodeId Node, BrokerEpoch Epoch) : Request(Id)
    {
        /// <summary>
        /// How far its logs go that the metadata has as suspect: where nobody else can lead, the longest does.
        /// </summary>
        public ImmutableArray<ReplicaLogEnd> LogEnds { get; init; } = [];
    }

    /// <summary>The broker is about to stop and hands over what it leads.</summary>
    public sealed record ShutDownBroker(long Id, NodeId Node, BrokerEpoch Epoch) : Request(Id);

    public sealed record ProposeIsr(long Id, IsrProposal Proposal) : Request(Id);

    /// <summary>The broker's logs of these partitions have failed; answered by <see cref="BrokerDecided"/>.</summary>
    public sealed record ReportOffline(
        long Id, NodeId Node, BrokerEpoch Epoch, ImmutableArray<TopicIdPartition> Partitions) : Request(Id);

    public sealed record AllocateProducerIds(long Id, NodeId Node, BrokerEpoch Epoch) : Request(Id);

    /// <summary>
    /// The node's coordinator over an internal topic wants to serve, under an epoch that nobody has had there.
    /// </summary>
    public sealed record StartCoordinator(long Id, string Topic, NodeId Node, BrokerEpoch Epoch) : Request(Id);

    /// <summary>
    /// What became of a request that is not answered? If the controller does not have it under way, nobody knows: it
    /// is answered by <see cref="Refused"/> with <see cref="ErrorCode.RequestTimedOut"/>.
    /// </summary>
    /// <param name="Id">Of the request.</param>
    public sealed record Recall(long Id);

    public abstract record Reply(long Id);

    public abstract record Changed(long Id, MetadataOffset Offset) : Reply(Id);

    /// <summary>Answers each of the three changes of topics, a row for each topic.</summary>
    public sealed record TopicsChanged(long Id, IReadOnlyList<TopicResult> Topics, MetadataOffset Offset)
        : Changed(Id, Offset);

    public sealed record ConfigsAltered(long Id, IReadOnlyList<ResourceResult> Resources, MetadataOffset Offset)
        : Changed(Id, Offset);

    /// <param name="Epoch">Of the registration that the answer is about.</param>
    public sealed record BrokerDecided(
        long Id, ErrorCode Error, string? Message, BrokerEpoch Epoch, MetadataOffset Offset) : Reply(Id);

    public sealed record IsrDecided(long Id, ErrorCode Error, MetadataOffset Offset) : Reply(Id);

    /// <param name="First">The first of <paramref name="Count"/> ids that are the asker's.</param>
    public sealed record ProducerIdsAllocated(long Id, ErrorCode Error, long First, int Count, MetadataOffset Offset)
        : Reply(Id);

    /// <param name="Coordinator">The epoch that the asker serves under from here on.</param>
    public sealed record CoordinatorDecided(
        long Id, ErrorCode Error, CoordinatorEpoch Coordinator, MetadataOffset Offset) : Reply(Id);

    /// <param name="Error">
    /// <see cref="ErrorCode.NotController"/>: nothing was done. <see cref="ErrorCode.RequestTimedOut"/>: it is not
    /// known
    /// whether anything was, or will be.
    /// </param>
    public sealed record Refused(long Id, ErrorCode Error, string Message) : Reply(Id);

    /// <summary>
    /// A node lives, and wants what is committed from the offset on, now and as it comes. Sent every
    /// <c>broker.heartbeat.interval.ms</c> and whenever the node sees a gap; a registered broker that is not heard for
    /// <c>broker.session.timeout.ms</c> is fenced.
    /// </summary>
    /// <param name="ClusterId">Empty on a node that was never in a cluster.</param>
    /// <param name="Incarnation">This start of its process.</param>
    /// <param name="Epoch">Of its registration, once its image shows it; else none.</param>
    /// <param name="From">The offset after that of its image.</param>
    /// <param name="Directories">How well each of its data directories gets on.</param>
    public sealed record Heartbeat(
        NodeId Node,
        string ClusterId,
        Guid Incarnation,
        BrokerEpoch Epoch,
        MetadataOffset From,
        ImmutableArray<DirectoryProgress> Directories);

    /// <summary>
    /// That process is known to be dead, not only silent: it is fenced at once. Told by whoever has confirmed
    /// it, a majority of the voters behind him.
    /// </summary>
    public sealed record ConfirmedDead(NodeId Node, Guid Incarnation);

    /// <summary>What a controller that serves tells a node that it has heard.</summary>
    public interface IFeed;

    /// <summary>
    /// Answers each heartbeat while the controller serves.
    /// </summary>
    /// <param name="Error">
    /// None: the node is heard, and its session, if it has registered, goes on.
    /// <see cref="ErrorCode.InconsistentClusterId"/>: it belongs to another cluster and is told nothing.
    /// <see cref="ErrorCode.StaleBrokerEpoch"/>: another process has registered as this node since.
    /// </param>
    public sealed record HeartbeatAnswered(int ControllerEpoch, ErrorCode Error, string? Message) : IFeed;

    /// <summary>Committed entries, in order and without gaps.</summary>
    public sealed record Fed(ImmutableArray<MetadataEntry> Entries) : IFeed;

    /// <summary>The image for a node that is too far behind for entries.</summary>
    public sealed record FedSnapshot(LogSnapshot Snapshot) : IFeed;
}
