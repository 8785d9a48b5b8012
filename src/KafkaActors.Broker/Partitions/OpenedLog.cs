using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>A log, and which of the node's data directories holds it.</summary>
internal sealed record OpenedLog(int Directory, PartitionLog Log);
