namespace KafkaActors.Protocol;

/// <summary>A leader epoch and the offset after the last batch of it.</summary>
public readonly record struct LeaderEpochEnd(LeaderEpoch Epoch, long EndOffset);
