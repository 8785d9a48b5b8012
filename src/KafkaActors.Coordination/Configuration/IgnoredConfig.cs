namespace KafkaActors.Coordination.Configuration;

/// <summary>
/// One of Kafka's configurations that this broker does not follow; see <see cref="IgnoredTopicConfigs"/>.
/// </summary>
/// <param name="Reason">Why ignoring it is harmless; a part of a sentence.</param>
/// <param name="OnlyValue">The one value that can be ignored, where another asks for what is not there.</param>
public sealed record IgnoredConfig(ConfigDefinition Definition, string Reason, string? OnlyValue = null)
{
    public string Name => Definition.Name;

    /// <returns>Null when the value, which is valid, can be ignored.</returns>
    public string? Fault(string value) =>
        OnlyValue is null || value == OnlyValue ? null : $"{Name}={value} is not supported: {Reason}.";
}
