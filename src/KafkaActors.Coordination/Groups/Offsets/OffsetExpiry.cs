namespace KafkaActors.Coordination.Groups.Offsets;

/// <summary>From when the retention of a group's offsets is counted.</summary>
/// <param name="Expires">Whether they expire at all while the group is as it is.</param>
/// <param name="EmptySince">Since the group lost its members; null counts from each offset's commit.</param>
internal readonly record struct OffsetExpiry(bool Expires, TimeSpan? EmptySince)
{
    public static OffsetExpiry Never => new(false, null);

    public static OffsetExpiry SinceCommit => new(true, null);

    public static OffsetExpiry Since(TimeSpan? emptySince) => new(true, emptySince);
}
