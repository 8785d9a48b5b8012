using Akka.Actor;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// A request to one key, on its way from a door of the coordinator's node. It stays on the node: a door of another node
/// tells its client where the coordinator is.
/// </summary>
/// <param name="Reply">Takes the answer, exactly once, from any thread.</param>
internal abstract record CoordinatorCall(string Key, Action<IResponseMessage> Reply)
    : ICoordinatorRequest, INoSerializationVerificationNeeded
{
    /// <summary>
    /// Set in a part of a <see cref="CoordinatorRound"/>. It is answered from what the state is now, whether committed
    /// or not, so that one key whose append is slow does not hold back the answer about all of them.
    /// </summary>
    public bool IsOfRound { get; init; }

    public abstract void Refuse(ErrorCode error, string? why = null);

    /// <summary>Answers a part of a round as if there were no such key.</summary>
    public abstract void PassOver();
}
