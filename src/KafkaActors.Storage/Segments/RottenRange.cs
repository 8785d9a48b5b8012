namespace KafkaActors.Storage.Segments;

/// <summary>
/// Bytes of a segment file where no good batch stands, and the offsets that are gone with them. Ends are exclusive; no
/// bytes at all where the file ends before the segment's offsets do.
/// </summary>
internal sealed record RottenRange(long Position, long End, long FirstOffset, long EndOffset, string Reason);
