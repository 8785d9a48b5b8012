namespace KafkaActors.Broker.Configuration;

/// <summary>
/// Names the one HOCON key that fills a property, relative to <c>kafka-actors</c>, and the bounds of its value in the
/// key's own unit. The key's last word is its unit: <c>ms</c>, <c>minutes</c>, <c>hours</c>, <c>bytes</c> or <c>size</c>, or a count.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class HoconKeyAttribute(string path) : Attribute
{
    public string Path { get; } = path;

    public long Minimum { get; init; } = long.MinValue;

    public long Maximum { get; init; } = long.MaxValue;

    /// <summary>The texts that a word may be, separated by <c>|</c>; null when any will do.</summary>
    public string? Words { get; init; }
}
