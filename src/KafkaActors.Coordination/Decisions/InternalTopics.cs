using System.Globalization;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// The node's own topics and the settings they are made by, whoever asks for them first: a coordinator, or a client
/// with Metadata or CreateTopics. What a CreateTopics says itself goes over them, as in Kafka.
/// </summary>
public sealed class InternalTopics(params IReadOnlyList<NewTopic> topics)
{
    /// <summary>Kafka's defaults, at one replica.</summary>
    public static InternalTopics Kafka { get; } = new(ConsumerOffsets(50, 1, 104_857_600));

    /// <summary>The topic in which groups keep their offsets and members.</summary>
    public static NewTopic ConsumerOffsets(int partitions, short replicationFactor, int segmentBytes) => new(
        TopicName.ConsumerOffsets,
        partitions,
        replicationFactor,
        [],
        new Dictionary<string, string>
        {
            [TopicConfigs.CleanupPolicy] = "compact",
            [TopicConfigs.CompressionType] = "producer",
            [TopicConfigs.SegmentBytes] = segmentBytes.ToString(CultureInfo.InvariantCulture),
        });

    /// <summary>The topic as it is to be made; an ordinary one stays as it is.</summary>
    /// <returns>Null when this broker does not make such a topic.</returns>
    public NewTopic? Complete(NewTopic asked)
    {
        if (!TopicName.IsInternal(asked.Name)) return asked;
        if (topics.FirstOrDefault(topic => topic.Name == asked.Name) is not { } own) return null;
        var configs = new Dictionary<string, string>(own.Configs);
        foreach ((string name, string value) in asked.Configs) configs[name] = value;
        // With an assignment, -1 leaves both numbers to it.
        bool isPlaced = asked.Assignment.Count > 0;
        return asked with
        {
            Partitions = asked.Partitions == -1 && !isPlaced ? own.Partitions : asked.Partitions,
            ReplicationFactor =
                asked.ReplicationFactor == -1 && !isPlaced ? own.ReplicationFactor : asked.ReplicationFactor,
            Configs = configs,
        };
    }
}
