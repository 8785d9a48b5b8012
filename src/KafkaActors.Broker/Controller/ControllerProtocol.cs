using System.Collections.Immutable;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// What nodes ask of the controller, wherever it is. A request goes to the node's <see cref="ControllerProxy"/>, which
/// answers each of them, at the latest when its time is over. An answer's offset is that of the image that has the
/// change, or that it was refused from: once this node's image has reached it, it shows what the answer says.
/// </summary>
internal static class ControllerProtocol
{
    /// <param name="Id">Chosen by the asker, unique among its requests under way.</param>
    internal abstract record Request(long Id);

    /// <summary>What clients change; answered by <see cref="Changed"/>, or <see cref="Refused"/>.</summary>
    internal abstract record Change(long Id) : Request(Id);

    /// <param name="ValidateOnly">Nothing is changed, only told what would come of it.</param>
    internal sealed record CreateTopics(long Id, IReadOnlyList<NewTopic> Topics, bool ValidateOnly) : Change(Id);

    internal sealed record DeleteTopics(long Id, IReadOnlyList<string> Topics) : Change(Id);

    /// <inheritdoc cref="CreateTopics"/>
    internal sealed record AddPartitions(long Id, IReadOnlyList<NewPartitions> Topics, bool ValidateOnly)
        : Change(Id);

    /// <inheritdoc cref="CreateTopics"/>
    internal sealed record AlterConfigs(long Id, IReadOnlyList<ResourceChangeRequest> Resources, bool ValidateOnly)
        : Change(Id);

    internal sealed record RegisterBroker(long Id, BrokerRegistration Registration) : Request(Id);

    internal sealed record UnfenceBroker(long Id, NodeId Node, BrokerEpoch Epoch) : Request(Id);

    /// <summary>The broker is about to stop and hands over what it leads.</summary>
    internal sealed record ShutDownBroker(long Id, NodeId Node, BrokerEpoch Epoch) : Request(Id);

    internal sealed record ProposeIsr(long Id, IsrProposal Proposal) : Request(Id);

    /// <summary>The broker's logs of these partitions have failed; answered by <see cref="BrokerDecided"/>.</summary>
    internal sealed record ReportOffline(
        long Id, NodeId Node, BrokerEpoch Epoch, ImmutableArray<TopicIdPartition> Partitions) : Request(Id);

    internal sealed record AllocateProducerIds(long Id, NodeId Node, BrokerEpoch Epoch) : Request(Id);

    /// <summary>
    /// The node's coordinator over an internal topic wants to serve, under an epoch that nobody has had there.
    /// </summary>
    internal sealed record StartCoordinator(long Id, string Topic, NodeId Node, BrokerEpoch Epoch) : Request(Id);

    internal abstract record Reply(long Id);

    internal abstract record Changed(long Id, MetadataOffset Offset) : Reply(Id);

    /// <summary>Answers each of the three changes of topics, a row for each topic.</summary>
    internal sealed record TopicsChanged(long Id, IReadOnlyList<TopicResult> Topics, MetadataOffset Offset)
        : Changed(Id, Offset);

    internal sealed record ConfigsAltered(long Id, IReadOnlyList<ResourceResult> Resources, MetadataOffset Offset)
        : Changed(Id, Offset);

    /// <param name="Epoch">Of the registration that the answer is about.</param>
    internal sealed record BrokerDecided(
        long Id, ErrorCode Error, string? Message, BrokerEpoch Epoch, MetadataOffset Offset) : Reply(Id);

    internal sealed record IsrDecided(long Id, ErrorCode Error, MetadataOffset Offset) : Reply(Id);

    /// <param name="First">The first of <paramref name="Count"/> ids that are the asker's.</param>
    internal sealed record ProducerIdsAllocated(long Id, ErrorCode Error, long First, int Count, MetadataOffset Offset)
        : Reply(Id);

    /// <param name="Coordinator">The epoch that the asker serves under from here on.</param>
    internal sealed record CoordinatorDecided(
        long Id, ErrorCode Error, CoordinatorEpoch Coordinator, MetadataOffset Offset) : Reply(Id);

    /// <param name="Error">
    /// <see cref="ErrorCode.NotController"/>: nothing was done. <see cref="ErrorCode.RequestTimedOut"/>: it is not
    /// known
    /// whether anything was, or will be.
    /// </param>
    internal sealed record Refused(long Id, ErrorCode Error, string Message) : Reply(Id);

    /// <summary>
    /// A node wants what is committed from the offset on, now and as it comes. Repeated, so that a controller that is
    /// new learns of it and one that hears nothing forgets the node.
    /// </summary>
    internal sealed record Follow(NodeId Node, MetadataOffset From);

    /// <summary>Committed entries, in order and without gaps.</summary>
    internal sealed record Fed(ImmutableArray<MetadataEntry> Entries);

    /// <summary>The image for a node that is too far behind for entries.</summary>
    internal sealed record FedSnapshot(LogSnapshot Snapshot);
}
