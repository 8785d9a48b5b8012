using System.Globalization;
using KafkaActors.Protocol;
using KafkaActors.Storage.Checkpoints;
using KafkaActors.Storage.Cleaning;
using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Opens the files of one log and puts them in order. After a clean shutdown it trusts what it finds and reads next to
/// nothing. Otherwise it checks every batch of the segments from the recovery point on: what is broken there was never
/// known to be on the disk and is cut, with all that follows (<see cref="LogCut"/>). What is broken below the recovery
/// point was on the disk once: then nothing is cut, and the log opens offline. Whatever is cut, set aside, missing or
/// refuted is told as a <see cref="LogDamage"/>.
/// Indexes of the checked segments are made anew; producer state is the newest valid snapshot and the batches after it.
/// </summary>
internal sealed class LogRecovery
{
    private readonly LogServices _services;
    private readonly IFileSystem _files;
    private readonly string _directory;
    private readonly LogConfig _config;
    private readonly LogOffsets _checkpoints;
    private readonly bool _mayHaveGaps;
    private readonly bool _clean;
    private readonly LogDamages _damages;
    private readonly LeaderEpochCheckpointFile _epochFile;
    private readonly ProducerStateLoader _producerLoader;
    private readonly LogCut _cut;
    private readonly long _nowMs;
    private List<LogSegment> _segments = [];
    private LeaderEpochHistory? _epochs;
    private ProducerStateTable? _producers;
    private SegmentCheck? _check;
    private LogFailure? _failure;
    private bool _trusted;
    private long _logEnd;
    private string? _reason;

    public LogRecovery(
        LogServices services,
        string directory,
        LogConfig config,
        LogOffsets checkpoints,
        bool mayHaveGaps,
        bool clean,
        LogDamages damages)
    {
        _services = services;
        _files = services.Files;
        _directory = directory;
        _config = config;
        _checkpoints = checkpoints;
        _mayHaveGaps = mayHaveGaps;
        _clean = clean;
        _damages = damages;
        _epochFile = new LeaderEpochCheckpointFile(_files, Path.Combine(directory, LogFileNames.LeaderEpochs));
        _nowMs = services.Time.GetUtcNow().ToUnixTimeMilliseconds();
        _producerLoader = new ProducerStateLoader(_files, directory, config.ProducerLimits, _nowMs);
        _cut = new LogCut(services, directory, checkpoints.HighWatermark, damages);
    }

    private string NameOfLast => _segments[^1].Paths.Log;

    public LoadedLog Load()
    {
        SegmentSwap.Complete(_files, _directory);
        IReadOnlyCollection<long> deleted = RemoveLeftovers();
        _segments = FindSegments();
        _epochs = ReadEpochs();
        _trusted = _clean && _segments.Count > 0 && TrustsLogEnd();
        if (!_trusted) ScanFromRecoveryPoint();
        var start = new LogStart(_directory, _checkpoints, _damages);
        long logStart = _failure is null && _segments.Count > 0
            ? start.Judge(_segments[0].BaseOffset, _logEnd, EvidenceOfStart(), deleted)
            : _checkpoints.LogStart;
        if (_failure is null) StartAt(logStart);
        return Finish(logStart);
    }

    /// <summary>Removes what is no part of the log; the base offsets of segments that were on their way out.</summary>
    private List<long> RemoveLeftovers()
    {
        var deleted = new List<long>();
        IReadOnlyList<string> names = _files.FileNames(_directory);
        var logs = names.Where(name => name.EndsWith(LogFileNames.Log, StringComparison.Ordinal)).ToHashSet();
        foreach (string name in names)
        {
            if (!IsLeftover(name, logs)) continue;
            if (LogFileNames.TryParseDeleted(name, out long baseOffset)) deleted.Add(baseOffset);
            _files.DeleteFile(Path.Combine(_directory, name));
        }
        return deleted;
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
        foreach (string name in _files.FileNames(_directory))
        {
            if (LogFileNames.TryParseOffset(name, LogFileNames.Log, out long offset)) bases.Add(offset);
        }
        bases.Sort();
        return [.. bases.Select(OpenSegment)];
    }

    private LogSegment OpenSegment(long baseOffset)
    {
        var paths = new SegmentPaths(_directory, baseOffset);
        using ILogFile file = _files.Open(paths.Log);
        return new LogSegment(_files, paths, _services, file.Length);
    }

    /// <summary>Null when the checkpoint is absent, empty or broken: the batches tell.</summary>
    private LeaderEpochHistory? ReadEpochs()
    {
        LeaderEpochHistory? known = _epochFile.Read();
        if (known is null && _epochFile.Exists && _segments.Exists(segment => segment.Size > 0))
            TellOfEpochs("it cannot be read", 0);
        return known is { Entries.IsEmpty: false } ? known : null;
    }

    private void TellOfEpochs(string what, long fromOffset) => _damages.Add(new LogDamage
    {
        Kind = LogDamageKind.Contradiction,
        Path = Path.Combine(_directory, LogFileNames.LeaderEpochs),
        What = what,
        Outcome = "it is made anew from the batches, nothing is dropped",
        FirstOffset = fromOffset,
        Remedy = "check the disk",
    });

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
        return walker.IsAtEnd && _logEnd == _checkpoints.Flushed;
    }

    private bool TrustsLogEnd()
    {
        try
        {
            return TryTrustLogEnd();
        }
        catch (CorruptLogException)
        {
            // The scan that follows finds out what it is, and tells.
            return false;
        }
    }

    private void ScanFromRecoveryPoint()
    {
        long recoveryPoint = _checkpoints.Flushed;
        int first = Math.Max(0, _segments.FindLastIndex(segment => segment.BaseOffset <= recoveryPoint));
        _logEnd = first < _segments.Count ? _segments[first].BaseOffset : 0;
        if (_segments.Count == 0 && recoveryPoint > _checkpoints.LogStart) throw NoSegments();
        _producers = _producerLoader.LoadBefore(_segments, first, _checkpoints.LogStart);
        _check = new SegmentCheck(_services, _config, _mayHaveGaps, _epochs, _producers, _nowMs) { LogEnd = _logEnd };
        for (int i = first; i < _segments.Count; i++)
        {
            if (!TryCheck(i)) break;
        }
        if (_check.EpochsRefutedAt >= 0)
        {
            TellOfEpochs("its epochs are not those of the batches", _check.EpochsRefutedAt);
            _epochs = null;
        }
        if (_failure is null && _segments.Count > 0)
            RefuseToCut($"the log ends at offset {_logEnd}", NameOfLast, _segments[^1].Size);
    }

    /// <summary>False when the log ends in, or before, the segment.</summary>
    private bool TryCheck(int index)
    {
        LogSegment segment = _segments[index];
        if (segment.BaseOffset != _logEnd && !MayFollowGap(index))
        {
            _reason = $"segment {segment.BaseOffset} does not follow offset {_logEnd - 1}";
            if (!RefuseToCut(_reason, segment.Paths.Log, 0)) _cut.Drop(_segments, index, _reason, _logEnd);
            return false;
        }
        _check!.LogEnd = Math.Max(_logEnd, segment.BaseOffset);
        SegmentStop? stop = _check.Run(segment);
        _logEnd = _check.LogEnd;
        if (stop is not { } at) return true;
        _reason = $"{at.Reason} at position {at.Position} of {segment.Paths.Log}";
        if (!RefuseToCut(at.Reason, segment.Paths.Log, at.Position)) _cut.CutAt(_segments, index, at, _logEnd);
        return false;
    }

    /// <summary>
    /// Whether offsets may be missing before a segment. Compaction leaves them missing below the recovery point only,
    /// which it raises before it replaces anything; beyond, a leader and a follower alike begin a segment at the log
    /// end, unless one index could not tell the offset. Anything else is a hole: a power cut took what was not flushed
    /// of a segment, and left the next one.
    /// </summary>
    private bool MayFollowGap(int index)
    {
        if (!_mayHaveGaps) return false;
        long baseOffset = _segments[index].BaseOffset;
        return baseOffset <= Math.Max(_checkpoints.Flushed, _checkpoints.FirstDirty)
            || (index > 0 && baseOffset - _segments[index - 1].BaseOffset > int.MaxValue);
    }

    private CorruptLogException NoSegments() => new(
        $"no segment is left, though offsets up to {_checkpoints.Flushed} were on the disk; restore the files, or take "
        + $"the partition's line out of {LogFileNames.RecoveryPoints} to begin anew");

    private bool RefuseToCut(string reason, string path, long position)
    {
        if (_logEnd >= _checkpoints.Flushed) return false;
        _reason = reason;
        var damage = new LogDamage
        {
            Kind = LogDamageKind.Offline,
            Path = path,
            Position = position,
            What = reason,
            Outcome = "the partition is offline and nothing is cut, because it was on the disk",
            FirstOffset = _logEnd,
            EndOffset = _checkpoints.Flushed,
            Remedy = "restore the file; or, to go on without these offsets, set the partition's line in "
                + string.Create(CultureInfo.InvariantCulture, $"{LogFileNames.RecoveryPoints} to {_logEnd}")
                + " while the node is stopped",
        };
        _damages.Add(damage);
        _failure = new LogFailure(LogFailureKind.Corruption, damage.ToString());
        return true;
    }

    /// <summary>Retention moves the first epoch with the log start, so no log begins before it. 0: not known.</summary>
    private long EvidenceOfStart() =>
        _epochs is null ? _segments[0].BaseOffset : _epochs.Entries[0].StartOffset;

    /// <summary>
    /// Makes the last segment one that can be appended to, and begins anew when all lies below the log start.
    /// </summary>
    private void StartAt(long logStart)
    {
        if (_segments.Count > 0 && _logEnd < logStart)
        {
            _reason = $"the log ends at offset {_logEnd}, below its start {logStart}";
            _cut.Drop(_segments, 0, _reason, _logEnd);
        }
        if (_segments.Count > 0) return;
        _logEnd = logStart;
        var paths = new SegmentPaths(_directory, _logEnd);
        LogSegment segment =
            LogSegment.Create(_files, paths, _services, _config.Preallocate ? _config.SegmentBytes : 0);
        segment.EndWriting();
        _segments.Add(segment);
    }

    private LoadedLog Finish(long logStart)
    {
        if (_segments.Count == 0) throw new InvalidOperationException($"{_directory} has no segment");
        LogOffsets offsets = Bound(logStart);
        bool isShort = _failure is null && _checkpoints.HighWatermark > _logEnd;
        if (isShort && !_cut.HasCut) TellOfLoss();
        if (_failure is null) _epochs = FinishEpochs(offsets);
        ProducerStateTable producers = _failure is null ? LoadProducers(offsets) : NoProducers();
        bool untouched = _check is not { BytesScanned: > 0 } && _reason is null && _check is not { Segments: > 0 };
        RecoveryReport report = untouched && !isShort ? RecoveryReport.Clean : new RecoveryReport(
            _check?.BytesScanned ?? 0, _cut.BytesCut, _cut.OffsetsCut, _cut.SegmentsDropped, _check?.Segments ?? 0,
            _reason)
        {
            IsBelowHighWatermark = isShort,
        };
        LeaderEpochHistory epochs = _epochs ?? LeaderEpochHistory.Empty;
        return new LoadedLog([.. _segments], epochs, producers, offsets, _mayHaveGaps, _trusted, report, _failure)
        {
            IsLogStartRepaired = logStart != _checkpoints.LogStart && _failure is null,
        };
    }

    private void TellOfLoss() => _damages.Add(new LogDamage
    {
        Kind = LogDamageKind.Missing,
        Path = NameOfLast,
        Position = _segments[^1].Size,
        What = string.Create(
            CultureInfo.InvariantCulture,
            $"the log ends here, below its high watermark {_checkpoints.HighWatermark}"),
        Outcome = "the log goes on from there, without committed records",
        FirstOffset = _logEnd,
        EndOffset = _checkpoints.HighWatermark,
        Remedy = "restore the partition's files, or take the records from another replica or a backup",
    });

    private LogOffsets Bound(long logStart)
    {
        long start = Math.Min(Math.Max(logStart, _segments[0].BaseOffset), _logEnd);
        long highWatermark = Math.Clamp(_checkpoints.HighWatermark, start, _logEnd);
        long flushed = Math.Min(_checkpoints.Flushed, _logEnd);
        return new LogOffsets(start, flushed, highWatermark, _checkpoints.FirstDirty, _logEnd);
    }

    private LeaderEpochHistory FinishEpochs(LogOffsets offsets)
    {
        LeaderEpochHistory epochs = _epochs ?? EpochsOfAllBatches();
        // An epoch that was begun at the log end and has no batch yet stays: its leader must not be forgotten.
        LeaderEpochHistory bounded = epochs.TruncateFromEnd(offsets.LogEnd + 1).TruncateFromStart(offsets.LogStart);
        if (!ReferenceEquals(bounded, _epochs)) _epochFile.Write(bounded);
        return bounded;
    }

    private LeaderEpochHistory EpochsOfAllBatches()
    {
        LeaderEpochHistory epochs = LeaderEpochHistory.Empty;
        HeaderPass.Run(
            _segments, 0, (in BatchHeader batch) => epochs = epochs.Assign(batch.LeaderEpoch, batch.BaseOffset));
        return epochs;
    }

    private ProducerStateTable NoProducers() => new(_config.ProducerLimits);

    private ProducerStateTable LoadProducers(LogOffsets offsets) => _producers is null
        ? _producerLoader.Load(_segments, offsets.LogStart, offsets.LogEnd)
        : _producerLoader.Keep(_producers, _segments, offsets.LogEnd);
}
