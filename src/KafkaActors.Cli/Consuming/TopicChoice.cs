using KafkaActors.Cli.Options;

namespace KafkaActors.Cli.Consuming;

/// <summary>Which topics to read: one by name, or those that one expression fits and another does not.</summary>
/// <param name="Name">Null: the patterns choose.</param>
internal sealed record TopicChoice(string? Name, TopicPattern? Include, TopicPattern? Exclude)
{
    public bool Accepts(string topic, bool isInternal)
    {
        if (Name is not null) return topic == Name;
        if (Exclude is not null && Exclude.Matches(topic)) return false;
        return Include is null ? !isInternal : Include.Matches(topic);
    }

    public override string ToString() => Name is not null
        ? $"topic '{Name}'"
        : $"topics like '{Include?.Text ?? ".*"}'" + (Exclude is null ? "" : $", not like '{Exclude.Text}'");
}
