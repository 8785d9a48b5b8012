using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>What the sessions of a node's front door share. Everything here may be used from any thread.</summary>
internal sealed class FrontDoorServices(
    NodeId node,
    FrontDoorSettings settings,
    TopicSettings topics,
    PartitionRegistry partitions,
    Func<MetadataImage> image,
    TimeProvider clock)
{
    public NodeId Node => node;

    public FrontDoorSettings Settings => settings;

    /// <summary>How topics come when the request does not say.</summary>
    public TopicSettings Topics => topics;

    public PartitionRegistry Partitions => partitions;

    /// <summary>This node's metadata, as far as it has followed the log.</summary>
    public MetadataImage Image => image();

    public LeaderLookup Leaders { get; } = new(partitions, image);

    public MemoryBudget Memory { get; } = new(settings.MemoryBytes);

    /// <summary>The way of clients' changes to the controller and back.</summary>
    public MetadataChanges Changes =>
        field ??= new(
            Controller,
            Metadata,
            new TopicReadiness(node, partitions, image, clock),
            settings.AdminMaxTimeout,
            clock);

    public TimeProvider Clock => clock;

    /// <summary>Where records and offsets are read that may have to come from the disk.</summary>
    public required Bulkhead ColdReads { get; init; }

    /// <summary>Where batches are opened that take long.</summary>
    public required Bulkhead Compression { get; init; }

    public required TopicConfigDefaults TopicDefaults { get; init; }

    /// <summary>Why an operation is not for a topic, or null; see <see cref="TopicOperations"/>.</summary>
    public TopicRefusal? Refusal(TopicOperation operation, MetadataImage image, string topic) =>
        TopicOperations.Refusal(operation, image, node, topic, TopicDefaults);

    /// <summary>The node's settings, for a description of this broker.</summary>
    public required IReadOnlyList<BrokerConfigEntry> BrokerConfigs { get; init; }

    /// <summary>What holds for groups that set nothing for themselves.</summary>
    public GroupSettings Groups { get; init; } = GroupSettings.Default;

    /// <summary>This node's <see cref="ControllerProxy"/>, or whoever takes its requests.</summary>
    public required IActorRef Controller { get; init; }

    /// <summary>This node's <see cref="MetadataFollower"/>.</summary>
    public required IActorRef Metadata { get; init; }
}
