using KafkaActors.Coordination.Configuration;

namespace KafkaActors.Broker.Configuration;

/// <summary>
/// The node's own defaults for topics, as far as they differ from the reference: what is not set is Kafka's.
/// </summary>
internal static class StaticTopicConfigs
{
    /// <exception cref="InvalidSettingException">A value that no topic may have.</exception>
    public static TopicConfigDefaults Of(TopicDefaultSettings settings)
    {
        TopicDefaultSettings reference = NodeSettings.Read(ReferenceConfig.Whole).TopicDefaults;
        try
        {
            return new TopicConfigDefaults(name =>
                settings.Text(name) is { } text && text != reference.Text(name) ? text : null);
        }
        catch (ArgumentException cause)
        {
            throw new InvalidSettingException($"{SettingsTree.Root}.{cause.Message}", cause);
        }
    }
}
