namespace KafkaActors.Client.Configuration;

/// <summary>Where a consumer begins without a position that exists (<c>auto.offset.reset</c>).</summary>
public enum OffsetReset
{
    None,
    Earliest,
    Latest,
}
