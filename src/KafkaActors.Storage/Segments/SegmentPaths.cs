namespace KafkaActors.Storage.Segments;

/// <summary>Where the files of one segment are.</summary>
internal sealed record SegmentPaths(string Directory, long BaseOffset)
{
    public string Log { get; } = Path.Combine(Directory, LogFileNames.ForOffset(BaseOffset, LogFileNames.Log));

    public string OffsetIndex { get; } =
        Path.Combine(Directory, LogFileNames.ForOffset(BaseOffset, LogFileNames.OffsetIndex));

    public string TimeIndex { get; } =
        Path.Combine(Directory, LogFileNames.ForOffset(BaseOffset, LogFileNames.TimeIndex));

    public string Snapshot { get; } =
        Path.Combine(Directory, LogFileNames.ForOffset(BaseOffset, LogFileNames.Snapshot));

    public IEnumerable<string> All => [Log, OffsetIndex, TimeIndex, Snapshot];
}
