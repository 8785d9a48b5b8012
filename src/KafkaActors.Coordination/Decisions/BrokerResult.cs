using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>The outcome of a request about one broker.</summary>
/// <param name="Epoch">
/// Of the registration the result is about; <see cref="BrokerEpoch.None"/> after a new one: it is the offset at which
/// its event is committed.
/// </param>
public sealed record BrokerResult(ErrorCode Error, string? Message, BrokerEpoch Epoch);
