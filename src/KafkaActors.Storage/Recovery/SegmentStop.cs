namespace KafkaActors.Storage;

/// <summary>Where the check of a segment stopped, and why: no good batch begins there.</summary>
internal readonly record struct SegmentStop(long Position, string Reason);
