using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>What a coordinator works with, when it is at this node.</summary>
internal sealed record CoordinatorServices(NodeId Node, ICoordinatorTenant Tenant, TimeProvider Clock)
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

    public required CoordinatorReader Reader { get; init; }

    /// <summary><c>max.message.bytes</c> of the tenant's topic, as it is now.</summary>
    public required Func<int> MaxBatchBytes { get; init; }

    /// <summary>What is not in the log within so long is answered with an error.</summary>
    public required TimeSpan AppendTimeout { get; init; }

    /// <summary>How long records wait for others while a batch of their partition is on its way.</summary>
    public required TimeSpan AppendLinger { get; init; }

    /// <summary>The pause before what was refused is tried again.</summary>
    public required TimeSpan RetryBackoff { get; init; }

    public CoordinatorAppender Appender() => new(Partitions, Region, Image, Clock, AppendTimeout);
}
