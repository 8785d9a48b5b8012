using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>An open log that this node is to give up, and what becomes of its files.</summary>
internal sealed record LeavingLog(OpenedLog Opened, Withdrawal How);
