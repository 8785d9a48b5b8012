using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Checkpoints;

/// <summary>
/// The three offset checkpoints of a data directory. Keeps the entries of partitions that are not open as they are;
/// a file is written only when something in it changed.
/// </summary>
internal sealed class DirectoryCheckpoints
{
    private readonly Lock _gate = new();
    private readonly Checkpoint _recoveryPoints;
    private readonly Checkpoint _highWatermarks;
    private readonly Checkpoint _logStartOffsets;

    public DirectoryCheckpoints(IFileSystem files, string directory)
    {
        Checkpoint Open(string name) => new(new OffsetCheckpointFile(files, Path.Combine(directory, name)));
        _recoveryPoints = Open(LogFileNames.RecoveryPoints);
        _highWatermarks = Open(LogFileNames.HighWatermarks);
        _logStartOffsets = Open(LogFileNames.LogStartOffsets);
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
                LogEnd: -1);
        }
    }

    public void Write(IEnumerable<PartitionLog> logs)
    {
        lock (_gate)
        {
            foreach (PartitionLog log in logs)
            {
                if (log.Failure is not null) continue;
                _recoveryPoints.Set(log.Name, log.FlushedOffset);
                _highWatermarks.Set(log.Name, log.View.HighWatermark);
                _logStartOffsets.Set(log.Name, log.LogStartOffset);
            }
            _logStartOffsets.Save();
            _recoveryPoints.Save();
            _highWatermarks.Save();
        }
    }

    /// <summary>Makes a log start offset durable before it is told to anyone.</summary>
    public void SaveLogStart(TopicPartition partition, long offset)
    {
        lock (_gate)
        {
            _logStartOffsets.Set(partition, offset);
            _logStartOffsets.Save();
        }
    }

    /// <summary>
    /// Lowers a recovery point before bytes below it are cut, so that a crash does not take the cut for corruption.
    /// </summary>
    public void LowerRecoveryPoint(TopicPartition partition, long offset)
    {
        lock (_gate)
        {
            if (_recoveryPoints.Of(partition) <= offset) return;
            _recoveryPoints.Set(partition, offset);
            _recoveryPoints.Save();
        }
    }

    public void Remove(TopicPartition partition)
    {
        lock (_gate)
        {
            foreach (Checkpoint checkpoint in new[] { _recoveryPoints, _highWatermarks, _logStartOffsets })
            {
                checkpoint.Remove(partition);
                checkpoint.Save();
            }
        }
    }

    private sealed class Checkpoint(OffsetCheckpointFile file)
    {
        private readonly Dictionary<TopicPartition, long> _offsets = file.Read();
        private bool _changed;

        public long Of(TopicPartition partition) => _offsets.GetValueOrDefault(partition);

        public void Set(TopicPartition partition, long offset)
        {
            if (_offsets.TryGetValue(partition, out long known) && known == offset) return;
            _offsets[partition] = offset;
            _changed = true;
        }

        public void Remove(TopicPartition partition) => _changed |= _offsets.Remove(partition);

        public void Save()
        {
            if (!_changed) return;
            file.Write(_offsets);
            _changed = false;
        }
    }
}
