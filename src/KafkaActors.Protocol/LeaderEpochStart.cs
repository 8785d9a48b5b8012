namespace KafkaActors.Protocol;

/// <summary>The offset from which on batches carry a leader epoch.</summary>
public readonly record struct LeaderEpochStart(LeaderEpoch Epoch, long StartOffset);
