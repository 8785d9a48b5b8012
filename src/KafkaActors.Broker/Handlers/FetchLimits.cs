namespace KafkaActors.Broker.Handlers;

/// <summary>What a fetch may ask for at most, whatever its client says.</summary>
/// <param name="MaxBytes"><c>fetch.max.bytes</c></param>
/// <param name="SessionSlots"><c>max.incremental.fetch.session.cache.slots</c></param>
internal sealed record FetchLimits(int MaxBytes, TimeSpan MaxWait, int SessionSlots);
