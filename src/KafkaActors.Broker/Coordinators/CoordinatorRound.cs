using Akka.Actor;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Coordinators;

/// <summary>A request about every key there is: each partition, and there each key, answers a part of it.</summary>
/// <param name="Reply">Takes the answer, exactly once, from any thread.</param>
internal abstract record CoordinatorRound(Action<IResponseMessage> Reply)
    : ICoordinatorRequest, INoSerializationVerificationNeeded
{
    public abstract CoordinatorCall CallTo(string key, Action<IResponseMessage> reply);

    /// <summary>Puts parts together; one that was refused refuses the whole.</summary>
    public abstract IResponseMessage Join(IReadOnlyList<IResponseMessage> parts);

    public abstract void Refuse(ErrorCode error, string? why = null);
}
