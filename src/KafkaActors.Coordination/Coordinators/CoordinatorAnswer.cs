using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Coordinators;

/// <summary>A response and the request it answers.</summary>
/// <param name="Ticket">Chosen by the actor for each request, given back with the answer.</param>
public readonly record struct CoordinatorAnswer(long Ticket, IResponseMessage Response);
