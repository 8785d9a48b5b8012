using KafkaActors.Protocol;

namespace KafkaActors.Network;

/// <summary>Why a request has no response.</summary>
/// <param name="Error">
/// <see cref="ErrorCode.NetworkException"/>, <see cref="ErrorCode.RequestTimedOut"/>, or
/// <see cref="ErrorCode.UnsupportedVersion"/>, which no repetition helps.
/// </param>
/// <param name="Message">One sentence that names the broker.</param>
/// <param name="IsOutcomeUnknown">The request, or a part of it, may have reached the broker.</param>
public sealed record BrokerFault(ErrorCode Error, string Message, bool IsOutcomeUnknown = false);
