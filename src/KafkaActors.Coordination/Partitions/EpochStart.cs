using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>A leader epoch and the offset of the first batch appended under it.</summary>
public readonly record struct EpochStart(LeaderEpoch Epoch, long Offset);
