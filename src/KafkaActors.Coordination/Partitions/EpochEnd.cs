using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>A leader epoch and the offset after the last batch appended under it.</summary>
public readonly record struct EpochEnd(LeaderEpoch Epoch, long Offset);
