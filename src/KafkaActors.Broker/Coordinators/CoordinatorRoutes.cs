using System.Collections.Immutable;
using Akka.Actor;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>The way to a coordinator's partitions, and how far each is. Immutable.</summary>
/// <param name="Topic">The internal topic whose partitions these are; None while there is none.</param>
/// <param name="Partitions">Nobody where the partition's actor has ended and another is to come.</param>
internal sealed record CoordinatorRoutes(
    IActorRef Coordinator, TopicId Topic, ImmutableArray<IActorRef> Partitions, CoordinatorStatus Status);
