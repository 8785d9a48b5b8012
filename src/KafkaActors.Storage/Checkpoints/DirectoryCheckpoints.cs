using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Checkpoints;

/// <summary>
/// The offset checkpoints of a data directory. Keeps the entries of partitions that are not open as they are;
/// a file is written only when something in it changed.
/// </summary>
internal sealed class DirectoryCheckpoints
{
    private readonly Lock _gate = new();
    private readonly Checkpoint _recoveryPoints;
    private readonly Checkpoint _highWatermarks;
    private readonly Checkpoint _logStartOffsets;
    private readonly Checkpoint _firstDirtyOffsets;

    public DirectoryCheckpoints(IFileSystem files, string directory)
    {
        Checkpoint Open(string name) => new(new OffsetCheckpointFile(files, Path.Combine(directory, name)));
        _recoveryPoints = Open(LogFileNames.RecoveryPoints);
        _highWatermarks = Open(LogFileNames.HighWatermarks);
        _logStartOffsets = Open(LogFileNames.LogStartOffsets);
        _firstDirtyOffsets = Open(LogFileNames.FirstDirtyOffsets);
    }

    /// <summary>
    /// What the checkpoints say of a partition; 0 where they say nothing. The log end is not among them.
    /// </summary>
    public LogOffsets Of(TopicPartition partition)
    {
        lock (_gate)
        {
            return new LogOffsets(
                LogStart: _logStartOffsets.Of(partition),
                Flushed: _recoveryPoints.Of(partition),
                HighWatermark: _highWatermarks.Of(partition),
                FirstDirty: _firstDirtyOffsets.Of(partition),
                LogEnd: -1);
        }
    }

    /// <summary>
    /// Whether offsets may be missing in a log, as its entry among the first dirty offsets says. When that file cannot
    /// be read it is so of all: to look for gaps where compaction left them would call good logs corrupt.
    /// </summary>
    public bool MayHaveGaps(TopicPartition partition)
    {
        lock (_gate) return _firstDirtyOffsets.IsBroken || _firstDirtyOffsets.Has(partition);
    }

    /// <summary>The checkpoints that were there and could not be read.</summary>
    public IEnumerable<LogDamage> Broken()
    {
        if (_recoveryPoints.IsBroken) yield return Broken(_recoveryPoints, "every log is checked from its begin on");
        if (_highWatermarks.IsBroken) yield return Broken(_highWatermarks, "high watermarks begin at the log starts");
        if (_logStartOffsets.IsBroken)
            yield return Broken(_logStartOffsets, "logs begin with their first segments, deleted records may be back");
        if (_firstDirtyOffsets.IsBroken)
            yield return Broken(_firstDirtyOffsets, "logs are compacted from their begin on");
    }

    /// <summary>Gives a log its entry among the first dirty offsets; on the disk on return.</summary>
    public void MarkCompacted(PartitionLog log)
    {
        lock (_gate)
        {
            Mark(log);
            _firstDirtyOffsets.Save();
        }
    }

    /// <summary>
    /// Raises the recovery point to where it is known to be, if it is below an offset; on the disk on return.
    /// </summary>
    public void RaiseRecoveryPoint(PartitionLog log, long atLeast)
    {
        lock (_gate)
        {
            if (IsDeleted(log) || _recoveryPoints.Of(log.Name) >= atLeast) return;
            _recoveryPoints.Set(log.Name, log.FlushedOffset);
            _recoveryPoints.Save();
        }
    }

    /// <summary>Notes up to where a log was compacted.</summary>
    public void SaveFirstDirty(PartitionLog log, long offset)
    {
        lock (_gate)
        {
            if (IsDeleted(log)) return;
            _firstDirtyOffsets.Set(log.Name, offset);
            _firstDirtyOffsets.Save();
        }
    }

    public void Write(IEnumerable<PartitionLog> logs)
    {
        lock (_gate)
        {
            foreach (PartitionLog log in logs)
            {
                if (log.Failure is not null || IsDeleted(log)) continue;
                LogView view = log.View;
                _recoveryPoints.Set(log.Name, log.FlushedOffset);
                _highWatermarks.Set(log.Name, view.HighWatermark);
                // One that was saved ahead of its view stays.
                _logStartOffsets.Set(log.Name, Math.Max(view.LogStartOffset, _logStartOffsets.Of(log.Name)));
                if (log.State.MayHaveGaps) Mark(log);
            }
            _firstDirtyOffsets.Save();
            _highWatermarks.Save();
            _logStartOffsets.Save();
            _recoveryPoints.Save();
        }
    }

    /// <summary>Makes a log start offset durable before it is told to anyone.</summary>
    public void SaveLogStart(PartitionLog log, long offset)
    {
        lock (_gate)
        {
            if (IsDeleted(log)) return;
            _logStartOffsets.Set(log.Name, offset);
            _logStartOffsets.Save();
        }
    }

    /// <summary>The same for many logs, with one rewrite of the file.</summary>
    public void SaveLogStarts(IReadOnlyList<RecordTrim> trims)
    {
        lock (_gate)
        {
            foreach (RecordTrim trim in trims)
            {
                // A log may be there twice, and the lower offset the later one.
                long start = Math.Max(trim.BeforeOffset, _logStartOffsets.Of(trim.Log.Name));
                if (IsDeleted(trim.Log)) continue;
                _logStartOffsets.Set(trim.Log.Name, start);
                _highWatermarks.Set(trim.Log.Name, Math.Max(start, _highWatermarks.Of(trim.Log.Name)));
            }
            // First: a start above its high watermark is known to be damaged, see LogStart.
            _highWatermarks.Save();
            _logStartOffsets.Save();
        }
    }

    /// <summary>
    /// Lowers recovery point and high watermark before bytes below them are cut: a crash must not take the cut for
    /// corruption, nor what is appended in their place for committed or compacted. The log's own offsets are lowered
    /// already.
    /// </summary>
    public void LowerEnd(PartitionLog log, long offset)
    {
        lock (_gate)
        {
            if (IsDeleted(log)) return;
            foreach (Checkpoint checkpoint in new[] { _recoveryPoints, _highWatermarks, _firstDirtyOffsets })
            {
                if (checkpoint.Of(log.Name) <= offset) continue;
                checkpoint.Set(log.Name, offset);
                checkpoint.Save();
            }
        }
    }

    /// <summary>
    /// Forgets partitions that are gone. Their entries are off the disk on return, or, when that fails, with the next
    /// <see cref="Write"/>, and before a partition of the same name begins.
    /// </summary>
    public void Remove(IReadOnlyCollection<TopicPartition> partitions)
    {
        lock (_gate)
        {
            foreach (Checkpoint checkpoint in All)
                foreach (TopicPartition partition in partitions) checkpoint.Remove(partition);
            foreach (Checkpoint checkpoint in All) checkpoint.Save();
        }
    }

    /// <summary>
    /// Before a partition begins with an empty directory: what an earlier one of its name has left must be off the
    /// disk, or a crash would have it taken for the new one's.
    /// </summary>
    public void BeginAnew(TopicPartition partition)
    {
        lock (_gate)
        {
            foreach (Checkpoint checkpoint in All)
            {
                checkpoint.Remove(partition);
                if (checkpoint.StillHolds(partition)) checkpoint.Save();
            }
        }
    }

    private Checkpoint[] All => [_recoveryPoints, _highWatermarks, _logStartOffsets, _firstDirtyOffsets];

    private static LogDamage Broken(Checkpoint checkpoint, string outcome) => new()
    {
        Kind = LogDamageKind.Contradiction,
        Path = checkpoint.Path,
        What = "the checkpoint cannot be read",
        Outcome = outcome,
        Remedy = "nothing is dropped by it; check the disk",
    };

    private void Mark(PartitionLog log)
    {
        if (!IsDeleted(log) && !_firstDirtyOffsets.Has(log.Name)) _firstDirtyOffsets.Set(log.Name, 0);
    }

    /// <summary>
    /// A log is marked as deleted before its entries are removed: whoever holds it still must not bring them back, they
    /// would be taken for those of the next topic of that name.
    /// </summary>
    private static bool IsDeleted(PartitionLog log) => log.State.ClosedAs == ErrorCode.UnknownTopicOrPartition;

    private sealed class Checkpoint(OffsetCheckpointFile file)
    {
        private readonly Dictionary<TopicPartition, long> _offsets = file.Read();
        private readonly HashSet<TopicPartition> _stillOnDisk = [];
        private bool _changed;

        /// <summary>Whether there was a file and it could not be read.</summary>
        public bool IsBroken => file.IsBroken;

        public string Path => file.Path;

        public bool Has(TopicPartition partition) => _offsets.ContainsKey(partition);

        public long Of(TopicPartition partition) => _offsets.GetValueOrDefault(partition);

        public void Set(TopicPartition partition, long offset)
        {
            if (_offsets.TryGetValue(partition, out long known) && known == offset) return;
            _offsets[partition] = offset;
            _changed = true;
        }

        public void Remove(TopicPartition partition)
        {
            if (!_offsets.Remove(partition)) return;
            _stillOnDisk.Add(partition);
            _changed = true;
        }

        /// <summary>Whether the file may have an entry that was removed.</summary>
        public bool StillHolds(TopicPartition partition) => _stillOnDisk.Contains(partition);

        public void Save()
        {
            if (!_changed) return;
            file.Write(_offsets);
            _changed = false;
            _stillOnDisk.Clear();
        }
    }
}
