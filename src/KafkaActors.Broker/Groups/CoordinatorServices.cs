using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Groups;

/// <summary>What the group coordinator works with, when it is at this node.</summary>
internal sealed record CoordinatorServices(
    NodeId Node, GroupCoordinatorSettings Settings, TimeSpan RetryBackoff, TimeProvider Clock)
{
    public required Func<MetadataImage> Image { get; init; }

    public required PartitionRegistry Partitions { get; init; }

    /// <summary>The shard region of the partitions.</summary>
    public required IActorRef Region { get; init; }

    /// <summary>This node's <see cref="Controller.ControllerProxy"/>.</summary>
    public required IActorRef Controller { get; init; }

    /// <summary>This node's <see cref="Controller.MetadataFollower"/>.</summary>
    public required IActorRef Metadata { get; init; }

    public required CoordinatorDoor Door { get; init; }

    public required OffsetsReader Reader { get; init; }

    /// <summary><c>max.message.bytes</c> of the offsets topic, as it is now.</summary>
    public required Func<int> MaxBatchBytes { get; init; }

    public GroupServices ForGroups(GroupClock clock) => new(Settings.ForGroups(), Guid.NewGuid)
    {
        MaxBatchBytes = MaxBatchBytes,
        Utc = _ => clock.Utc,
    };
}
