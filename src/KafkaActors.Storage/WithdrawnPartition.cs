using KafkaActors.Protocol;

namespace KafkaActors.Storage;

/// <summary>A partition whose name is free again, or, with a fault, is not.</summary>
/// <param name="Directory">What its directory is called now.</param>
public sealed record WithdrawnPartition(TopicPartition Name, string Directory, Exception? Fault);
