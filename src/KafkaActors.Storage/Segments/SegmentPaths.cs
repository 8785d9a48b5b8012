namespace KafkaActors.Storage.Segments;

/// <summary>
/// Where the files of one segment are. The suffix is that of a segment that is not part of its log yet.
/// </summary>
internal sealed record SegmentPaths(string Directory, long BaseOffset, string Suffix = "")
{
    public string Log { get; } = PathOf(Directory, BaseOffset, LogFileNames.Log + Suffix);

    public string OffsetIndex { get; } = PathOf(Directory, BaseOffset, LogFileNames.OffsetIndex + Suffix);

    public string TimeIndex { get; } = PathOf(Directory, BaseOffset, LogFileNames.TimeIndex + Suffix);

    public string Snapshot { get; } = PathOf(Directory, BaseOffset, LogFileNames.Snapshot);

    public IEnumerable<string> All => [Log, OffsetIndex, TimeIndex, Snapshot];

    /// <summary>All but the snapshot, which tells of what was before the segment.</summary>
    public IReadOnlyList<string> OfSegment => [Log, OffsetIndex, TimeIndex];

    public SegmentPaths With(string suffix) => new(Directory, BaseOffset, suffix);

    private static string PathOf(string directory, long baseOffset, string suffix) =>
        Path.Combine(directory, LogFileNames.ForOffset(baseOffset, suffix));
}
