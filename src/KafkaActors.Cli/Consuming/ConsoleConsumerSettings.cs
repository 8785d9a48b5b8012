using KafkaActors.Client.Consuming;

namespace KafkaActors.Cli.Consuming;

/// <summary>What the console consumer reads, and when it ends.</summary>
/// <param name="Partition">Null: every partition.</param>
/// <param name="MaxMessages">Null: no end.</param>
/// <param name="Timeout">It ends when nothing came for so long; null: it waits for ever.</param>
internal sealed record ConsoleConsumerSettings(
    TopicChoice Topics,
    int? Partition,
    StartOffset Start,
    long? MaxMessages,
    TimeSpan? Timeout,
    bool SkipsErrors);
