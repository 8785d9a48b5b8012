using KafkaActors.Protocol;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// Something that a door asks of a coordinator, and that must be answered whatever becomes of the actors it is on its
/// way to.
/// </summary>
internal interface ICoordinatorRequest
{
    /// <summary>Answers without asking any key.</summary>
    /// <param name="why">Told by the responses that have room for it.</param>
    void Refuse(ErrorCode error, string? why = null);
}
