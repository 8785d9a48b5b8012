using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Checkpoints;
using KafkaActors.Storage.Cleaning;
using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Opens the files of one log and puts them in order. After a clean shutdown it trusts what it finds and reads next to
/// nothing. Otherwise it checks every batch of the segments from the recovery point on: what is broken there was never
/// known to be on the disk and is cut, with all that follows, and reported. What is broken below the recovery point was
/// on the disk once: then nothing is cut, and the log opens offline.
/// Indexes of the checked segments are made anew; producer state is the newest valid snapshot and the batches after it.
/// </summary>
internal sealed class LogRecovery(
    LogServices services, string directory, LogConfig config, LogOffsets checkpoints, bool mayHaveGaps, bool clean)
{
    private readonly IFileSystem _files = services.Files;
    private readonly LeaderEpochCheckpointFile _epochFile =
        new(services.Files, Path.Combine(directory, LogFileNames.LeaderEpochs));
    private List<LogSegment> _segments = [];
    private LeaderEpochHistory _epochs = LeaderEpochHistory.Empty;
    private bool _trusted;
    private bool _epochsAreKnown;
    private LogFailure? _failure;
    private long _logEnd;
    private long _bytesScanned;
    private long _bytesCut;
    private long _endBeforeCut;
    private int _segmentsDropped;
    private int _indexesRebuilt;
    private string? _reason;

    public LoadedLog Load()
    {
        SegmentSwap.Complete(_files, directory);
        RemoveLeftovers();
        _segments = FindSegments();
        LeaderEpochHistory? known = _epochFile.Read();
        _epochsAreKnown = known is { Entries.IsEmpty: false };
        _epochs = known ?? LeaderEpochHistory.Empty;
        _trusted = clean && _segments.Count > 0 && TrustsLogEnd();
        if (!_trusted) ScanFromRecoveryPoint();
        if (_failure is null) StartAtLogStart();
        return Finish();
    }

    /// <summary>How many bytes an unclean start checks of a log: those of the segments from its recovery point on.</summary>
    public static long BytesToCheck(IFileSystem files, string directory, long recoveryPoint)
    {
        var bases = new List<long>();
        foreach (string name in files.FileNames(directory))
        {
            if (LogFileNames.TryParseOffset(name, LogFileNames.Log, out long offset)) bases.Add(offset);
        }
        long first = bases.Where(offset => offset <= recoveryPoint).DefaultIfEmpty(0).Max();
        return bases.Where(offset => offset >= first).Sum(offset =>
        {
            using ILogFile file = files.Open(new SegmentPaths(directory, offset).Log);
            return file.Length;
        });
    }

    private void RemoveLeftovers()
    {
        IReadOnlyList<string> names = _files.FileNames(directory);
        var logs = names.Where(name => name.EndsWith(LogFileNames.Log, StringComparison.Ordinal)).ToHashSet();
        foreach (string name in names)
        {
            if (IsLeftover(name, logs)) _files.DeleteFile(Path.Combine(directory, name));
        }
    }

    /// <summary>A file on its way out, one never finished, or an index whose segment is gone.</summary>
    private static bool IsLeftover(string name, HashSet<string> logs) => Path.GetExtension(name) switch
    {
        LogFileNames.Deleted or LogFileNames.Cleaned or LogFileNames.Swap or LogFileNames.Temporary => true,
        LogFileNames.OffsetIndex or LogFileNames.TimeIndex =>
            !logs.Contains(Path.ChangeExtension(name, LogFileNames.Log)),
        _ => false,
    };

    private List<LogSegment> FindSegments()
    {
        var bases = new List<long>();
        foreach (string name in _files.FileNames(directory))
        {
            if (LogFileNames.TryParseOffset(name, LogFileNames.Log, out long offset)) bases.Add(offset);
        }
        bases.Sort();
        return [.. bases.Select(OpenSegment)];
    }

    private LogSegment OpenSegment(long baseOffset)
    {
        var paths = new SegmentPaths(directory, baseOffset);
        using ILogFile file = _files.Open(paths.Log);
        return new LogSegment(_files, paths, services, file.Length);
    }

    /// <summary>
    /// Takes the log end from the headers behind the last index entry of the last segment. False when they do not end
    /// with the file, or not where the checkpoint says that the log ended: the shutdown was not as clean as it said.
    /// </summary>
    private bool TryTrustLogEnd()
    {
        LogSegment last = _segments[^1];
        using SegmentUse use = last.Use();
        OffsetIndexEntry? entry = last.Indexes().Offsets.FloorByPosition(last.Size);
        long? expected = entry is null ? last.BaseOffset : null;
        long from = entry?.Position ?? 0;
        var walker = new BatchWalker(use.File, from, last.Size, stackalloc byte[BatchWalker.BufferSize]);
        _logEnd = last.BaseOffset;
        while (walker.MoveNext())
        {
            bool follows = expected is { } next
                ? walker.Current.BaseOffset >= next
                : walker.Current.LastOffset == last.BaseOffset + entry!.Value.RelativeOffset;
            if (!follows) return false;
            expected = _logEnd = walker.Current.NextOffset;
        }
        if (!walker.IsAtEnd || _logEnd != checkpoints.Flushed) return false;
        return true;
    }

    private bool TrustsLogEnd()
    {
        try
        {
            return TryTrustLogEnd();
        }
        catch (CorruptLogException)
        {
            return false;
        }
    }

    private void ScanFromRecoveryPoint()
    {
        long recoveryPoint = checkpoints.Flushed;
        int first = Math.Max(0, _segments.FindLastIndex(segment => segment.BaseOffset <= recoveryPoint));
        _logEnd = first < _segments.Count ? _segments[first].BaseOffset : 0;
        if (_segments.Count == 0 && recoveryPoint > checkpoints.LogStart) throw NoSegments();
        for (int i = first; i < _segments.Count; i++)
        {
            LogSegment segment = _segments[i];
            if (segment.BaseOffset != _logEnd && !MayFollowGap(i))
            {
                CutBefore(i, $"segment {segment.BaseOffset} does not follow offset {_logEnd - 1}");
                return;
            }
            _logEnd = Math.Max(_logEnd, segment.BaseOffset);
            if (Scan(segment) is not { } stop) continue;
            CutAt(i, stop);
            return;
        }
        if (_segments.Count > 0) RefuseToCut($"the log ends at offset {_logEnd}");
    }

    /// <summary>
    /// Whether offsets may be missing before a segment. Compaction leaves them missing below the recovery point only,
    /// which it raises before it replaces anything; beyond, a leader and a follower alike begin a segment at the log
    /// end, unless one index could not tell the offset. Anything else is a hole: a power cut took what was not flushed
    /// of a segment, and left the next one.
    /// </summary>
    private bool MayFollowGap(int index)
    {
        if (!mayHaveGaps) return false;
        long baseOffset = _segments[index].BaseOffset;
        return baseOffset <= Math.Max(checkpoints.Flushed, checkpoints.FirstDirty)
            || (index > 0 && baseOffset - _segments[index - 1].BaseOffset > int.MaxValue);
    }

    private CorruptLogException NoSegments() => new(
        $"no segment is left, though offsets up to {checkpoints.Flushed} were on the disk; restore the files, or take "
        + $"the partition's line out of {LogFileNames.RecoveryPoints} to begin anew");

    /// <summary>
    /// Checks a segment and makes its indexes; where and why it stopped, or null when all of it is good.
    /// </summary>
    private ScanStop? Scan(LogSegment segment)
    {
        using SegmentUse use = segment.Use();
        using var reader = new BatchReader(use.File, 0, segment.Size);
        var indexes = new SegmentIndexes(segment.Paths);
        ScanStop? stop = null;
        while (true)
        {
            long position = reader.Position;
            if (!reader.TryReadNext(out RecordBatch batch))
            {
                if (!reader.IsAtEnd) stop = new ScanStop(position, "no whole batch");
                break;
            }
            if (Fault(batch) is { } fault)
            {
                stop = new ScanStop(position, fault);
                break;
            }
            BatchHeader.TryRead(batch.Bytes.Span, out BatchHeader header);
            if (!_epochsAreKnown) _epochs = _epochs.Assign(header.LeaderEpoch, header.BaseOffset);
            indexes.Add(header, position, config.IndexIntervalBytes);
            _logEnd = header.NextOffset;
            services.Recovery.Add(reader.Position - position);
        }
        long good = stop?.Position ?? segment.Size;
        _bytesScanned += good;
        segment.Verified.Add(0, good);
        indexes.Seal();
        indexes.Save(_files);
        segment.AdoptIndexes(indexes);
        _indexesRebuilt++;
        return stop;
    }

    private string? Fault(RecordBatch batch)
    {
        bool follows = mayHaveGaps ? batch.BaseOffset >= _logEnd : batch.BaseOffset == _logEnd;
        if (!follows) return $"offset {batch.BaseOffset} where {_logEnd} is expected";
        if (!batch.IsCrcValid()) return "bad CRC";
        if (!_epochsAreKnown)
            return batch.PartitionLeaderEpoch < _epochs.Latest ? "leader epoch goes back" : null;
        LeaderEpoch? epoch = _epochs.EpochAt(batch.BaseOffset);
        return epoch is null || epoch == batch.PartitionLeaderEpoch
            ? null
            : $"leader epoch {batch.PartitionLeaderEpoch} where {epoch} is expected";
    }

    private void CutAt(int index, ScanStop stop)
    {
        LogSegment segment = _segments[index];
        string reason = $"{stop.Reason} at position {stop.Position} of {segment.Paths.Log}";
        if (RefuseToCut(reason)) return;
        _endBeforeCut = EstimateEnd(_segments[^1]);
        _bytesCut += segment.Size - stop.Position;
        segment.TruncateTo(stop.Position, _logEnd);
        // What was cut must not come back behind what is appended in its place.
        segment.Flush(withIndexes: true);
        Drop(index + 1, reason);
    }

    private void CutBefore(int index, string reason)
    {
        if (RefuseToCut(reason)) return;
        _endBeforeCut = EstimateEnd(_segments[^1]);
        Drop(index, reason);
    }

    private bool RefuseToCut(string reason)
    {
        if (_logEnd >= checkpoints.Flushed) return false;
        _failure = new LogFailure(
            LogFailureKind.Corruption, $"{reason}, below offset {checkpoints.Flushed} that was on the disk");
        _reason = reason;
        return true;
    }

    private void Drop(int from, string reason)
    {
        _reason = reason;
        foreach (LogSegment segment in _segments.Skip(from))
        {
            _bytesCut += segment.Size;
            _segmentsDropped++;
            segment.File.Retire();
            foreach (string path in segment.Paths.All) _files.DeleteFile(path);
        }
        _segments.RemoveRange(from, _segments.Count - from);
        _files.FlushDirectory(directory);
    }

    /// <summary>The highest offset that the headers of a segment show, for the report only.</summary>
    private long EstimateEnd(LogSegment segment)
    {
        using SegmentUse use = segment.Use();
        var walker = new BatchWalker(use.File, 0, segment.Size, stackalloc byte[BatchWalker.BufferSize]);
        long end = Math.Max(_logEnd, segment.BaseOffset);
        while (walker.MoveNext()) end = Math.Max(end, walker.Current.NextOffset);
        return end;
    }

    /// <summary>
    /// Makes the last segment one that can be appended to, and begins anew when all lies below the log start.
    /// </summary>
    private void StartAtLogStart()
    {
        if (_segments.Count > 0 && _logEnd < checkpoints.LogStart) Drop(0, "the log ends below its start");
        if (_segments.Count > 0) return;
        _logEnd = checkpoints.LogStart;
        var paths = new SegmentPaths(directory, _logEnd);
        LogSegment segment =
            LogSegment.Create(_files, paths, services, config.Preallocate ? config.SegmentBytes : 0);
        segment.EndWriting();
        _segments.Add(segment);
    }

    private LoadedLog Finish()
    {
        if (_segments.Count == 0) throw new InvalidOperationException($"{directory} has no segment");
        LogOffsets offsets = Bound();
        if (_failure is null) _epochs = FinishEpochs(offsets);
        ProducerStateTable producers =
            _failure is null ? LoadProducers(offsets) : new ProducerStateTable(config.ProducerLimits);
        long offsetsCut = Math.Max(0, _endBeforeCut - _logEnd);
        bool untouched = _bytesScanned == 0 && _reason is null && _indexesRebuilt == 0;
        RecoveryReport report = untouched
            ? RecoveryReport.Clean
            : new RecoveryReport(_bytesScanned, _bytesCut, offsetsCut, _segmentsDropped, _indexesRebuilt, _reason);
        return new LoadedLog([.. _segments], _epochs, producers, offsets, mayHaveGaps, _trusted, report, _failure);
    }

    private LogOffsets Bound()
    {
        long start = Math.Min(Math.Max(checkpoints.LogStart, _segments[0].BaseOffset), _logEnd);
        long highWatermark = Math.Clamp(checkpoints.HighWatermark, start, _logEnd);
        long flushed = Math.Min(checkpoints.Flushed, _logEnd);
        return new LogOffsets(start, flushed, highWatermark, checkpoints.FirstDirty, _logEnd);
    }

    private LeaderEpochHistory FinishEpochs(LogOffsets offsets)
    {
        LeaderEpochHistory epochs = _epochsAreKnown ? _epochs : EpochsOfAllBatches();
        // An epoch that was begun at the log end and has no batch yet stays: its leader must not be forgotten.
        LeaderEpochHistory bounded = epochs.TruncateFromEnd(offsets.LogEnd + 1).TruncateFromStart(offsets.LogStart);
        if (!ReferenceEquals(bounded, _epochs) || !_epochsAreKnown) _epochFile.Write(bounded);
        return bounded;
    }

    private LeaderEpochHistory EpochsOfAllBatches()
    {
        LeaderEpochHistory epochs = LeaderEpochHistory.Empty;
        HeaderPass.Run(
            _segments, 0, (in BatchHeader batch) => epochs = epochs.Assign(batch.LeaderEpoch, batch.BaseOffset));
        return epochs;
    }

    private ProducerStateTable LoadProducers(LogOffsets offsets)
    {
        long now = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        var loader = new ProducerStateLoader(_files, directory, config.ProducerLimits, now);
        return loader.Load(_segments, offsets.LogStart, offsets.LogEnd);
    }

    private readonly record struct ScanStop(long Position, string Reason);
}
