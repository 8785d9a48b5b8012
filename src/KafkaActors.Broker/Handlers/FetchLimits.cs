namespace KafkaActors.Broker.Handlers;

/// <summary>What a fetch may ask for at most, whatever its client says.</summary>
/// <param name="MaxBytes"><c>fetch.max.bytes</c></param>
internal sealed record FetchLimits(int MaxBytes, TimeSpan MaxWait);
