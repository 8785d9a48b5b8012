using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>A log that could not be opened: its partition is offline until the node starts again.</summary>
/// <param name="Message">One line that begins with the path.</param>
internal sealed record UnopenedLog(TopicPartition Name, string Message);
