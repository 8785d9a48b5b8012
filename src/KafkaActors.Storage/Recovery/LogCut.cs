using System.Globalization;
using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Takes from the end of a log what cannot be part of it. What was only ever a write that did not finish is cut: the
/// bytes end the last segment, are less than the batch that they begin (or all zeros), no whole batch follows, and
/// nothing committed is below. Everything else may have been acknowledged: it is kept beside the log, segments by a
/// rename, a part of one by a copy that is on the disk before the segment is cut.
/// </summary>
internal sealed class LogCut(LogServices services, string directory, long highWatermark, LogDamages damages)
{
    private const int CopyBytes = 256 * 1024;

    private readonly IFileSystem _files = services.Files;

    public long BytesCut { get; private set; }

    public int SegmentsDropped { get; private set; }

    public long OffsetsCut { get; private set; }

    public bool HasCut => BytesCut > 0 || SegmentsDropped > 0;

    /// <summary>Ends a segment where its check stopped, and the log with it.</summary>
    public void CutAt(List<LogSegment> segments, int index, SegmentStop stop, long logEnd)
    {
        LogSegment segment = segments[index];
        bool isLast = index == segments.Count - 1;
        using (SegmentUse use = segment.Use())
        {
            (long records, long end) = BatchSearch.Count(use.File, stop.Position, segment.Size, logEnd);
            OffsetsCut = Math.Max(OffsetsCut, end - logEnd);
            bool isTorn = isLast && records == 0 && logEnd >= highWatermark && IsTorn(use.File, stop, segment.Size);
            string? kept = isTorn ? null : Keep(use.File, segment, stop.Position);
            Tell(isTorn, segment, stop, records, logEnd, end, kept);
        }
        BytesCut += segment.Size - stop.Position;
        segment.TruncateTo(stop.Position, logEnd);
        // What was cut must not come back behind what is appended in its place.
        segment.Flush(withIndexes: true);
        Drop(segments, index + 1, stop.Reason, logEnd);
    }

    /// <summary>Ends the log before a segment; it and all behind are set aside.</summary>
    public void Drop(List<LogSegment> segments, int from, string reason, long logEnd)
    {
        foreach (LogSegment segment in segments.Skip(from))
        {
            BytesCut += segment.Size;
            SegmentsDropped++;
            SetAside(segment, reason, logEnd);
            foreach (string path in segment.Paths.All) _files.DeleteFile(path);
        }
        segments.RemoveRange(from, segments.Count - from);
        _files.FlushDirectory(directory);
    }

    private void SetAside(LogSegment segment, string reason, long logEnd)
    {
        if (segment.Size == 0)
        {
            segment.File.Retire();
            return;
        }
        (long records, long end) counted;
        using (SegmentUse use = segment.Use())
            counted = BatchSearch.CountFrom(use.File, 0, segment.Size, segment.BaseOffset);
        OffsetsCut = Math.Max(OffsetsCut, counted.end - logEnd);
        // Closed before it is renamed: Windows renames no open file, and nobody reads this one yet.
        segment.File.Retire();
        string kept = NameFor(segment, 0);
        _files.MoveFile(segment.Paths.Log, kept);
        damages.Add(new LogDamage
        {
            Kind = LogDamageKind.Cut,
            Path = segment.Paths.Log,
            Position = 0,
            What = reason,
            Outcome = "the segment was taken out of the log",
            Bytes = segment.Size,
            Records = counted.records,
            FirstOffset = segment.BaseOffset,
            EndOffset = counted.end,
            KeptAs = kept,
            Remedy = RemedyOfCut,
        });
    }

    private static string RemedyOfCut =>
        "take the records from another replica or a backup, or read the kept file with Kafka's dump-log; the file is "
        + "removed after a day";

    private void Tell(
        bool isTorn, LogSegment segment, SegmentStop stop, long records, long logEnd, long end, string? kept)
    {
        string below = string.Create(CultureInfo.InvariantCulture, $", below the high watermark {highWatermark}");
        damages.Add(new LogDamage
        {
            Kind = isTorn ? LogDamageKind.TornTail : LogDamageKind.Cut,
            Path = segment.Paths.Log,
            Position = stop.Position,
            What = isTorn ? "the last write was not whole" : stop.Reason,
            Outcome = string.Create(CultureInfo.InvariantCulture, $"the log was cut at offset {logEnd}")
                + (logEnd < highWatermark ? below : ""),
            Bytes = segment.Size - stop.Position,
            Records = records,
            FirstOffset = logEnd,
            EndOffset = Math.Max(end, highWatermark),
            KeptAs = kept,
            Remedy = isTorn ? "nothing is to be done: it was not acknowledged" : RemedyOfCut,
        });
    }

    /// <summary>Less than the one batch that the bytes begin, or only the zeros of a file that grew.</summary>
    private static bool IsTorn(ILogFile file, SegmentStop stop, long end)
    {
        long left = end - stop.Position;
        if (left < Protocol.Records.RecordBatchLayout.HeaderSize) return true;
        return SegmentScan.TryHeader(file, stop.Position) is { } header
            ? header.SizeInBytes > left
            : IsZero(file, stop.Position, end);
    }

    private static bool IsZero(ILogFile file, long from, long end)
    {
        byte[] chunk = new byte[CopyBytes];
        while (from < end)
        {
            int read = file.Read(chunk.AsSpan(0, (int)Math.Min(chunk.Length, end - from)), from);
            if (read == 0 || chunk.AsSpan(0, read).ContainsAnyExcept((byte)0)) return false;
            from += read;
        }
        return true;
    }

    private string Keep(ILogFile file, LogSegment segment, long position)
    {
        string path = NameFor(segment, position);
        try
        {
            Copy(file, position, segment.Size, path);
            _files.FlushDirectory(directory);
            return path;
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            // No room for a copy: nothing is cut, and half a copy must not take what room there is.
            _files.DeleteFile(path);
            throw;
        }
    }

    private void Copy(ILogFile file, long from, long end, string path)
    {
        byte[] chunk = new byte[CopyBytes];
        using ILogFile kept = _files.OpenOrCreate(path);
        for (long at = from; at < end;)
        {
            int read = file.Read(chunk.AsSpan(0, (int)Math.Min(chunk.Length, end - at)), at);
            if (read == 0) break;
            kept.Write(chunk.AsSpan(0, read), at - from);
            at += read;
        }
        kept.Flush();
    }

    private string NameFor(LogSegment segment, long position)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"{segment.Paths.Log}-{position}{LogFileNames.Cut}");
        for (int i = 1; _files.FileExists(path); i++)
            path = string.Create(CultureInfo.InvariantCulture, $"{segment.Paths.Log}-{position}.{i}{LogFileNames.Cut}");
        return path;
    }
}
