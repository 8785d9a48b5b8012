using System.Globalization;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Configuration;

/// <summary>The value that holds for one topic configuration, and where it comes from.</summary>
public sealed record ConfigValue(ConfigDefinition Definition, string Text, ConfigSource Origin)
{
    public string Name => Definition.Name;

    public long AsLong => long.Parse(Text, CultureInfo.InvariantCulture);

    public int AsInt => int.Parse(Text, CultureInfo.InvariantCulture);

    public double AsDouble => double.Parse(Text, CultureInfo.InvariantCulture);

    public bool AsBoolean => Text == "true";

    public IReadOnlyList<string> AsList => ConfigDefinition.Elements(Text);

    /// <summary>A duration in milliseconds; null for -1 and for the greatest number, which both mean "never".</summary>
    public TimeSpan? AsDuration =>
        AsLong is var ms && ms is < 0 or > (long.MaxValue / TimeSpan.TicksPerMillisecond)
            ? null
            : TimeSpan.FromTicks(ms * TimeSpan.TicksPerMillisecond);
}
