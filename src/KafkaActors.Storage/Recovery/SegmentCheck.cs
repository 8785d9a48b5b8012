using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Files;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Reads the segments of one log from its recovery point on, each byte once: checks every batch, and makes of it what a
/// log needs, the indexes, the leader epochs when they are not known, and the producer state. Owned by one
/// <see cref="LogRecovery"/>.
/// </summary>
/// <param name="epochs">The log's history as its checkpoint has it; null: to be made from the batches.</param>
/// <param name="producers">The producers as they were before the first segment that is checked.</param>
internal sealed class SegmentCheck(
    LogServices services,
    LogConfig config,
    bool mayHaveGaps,
    LeaderEpochHistory? epochs,
    ProducerStateTable producers,
    long nowMs)
{
    private const int ProgressStep = 1024 * 1024;

    private LeaderEpochHistory _epochs = epochs ?? LeaderEpochHistory.Empty;

    /// <summary>The offset after the last good batch.</summary>
    public long LogEnd { get; set; }

    /// <summary>Whether the epochs are those of the checkpoint, or of the batches that were read.</summary>
    public bool KnowsEpochs { get; private set; } = epochs is not null;

    /// <summary>The first offset at which two batches that agree refute the epochs' checkpoint; -1: none.</summary>
    public long EpochsRefutedAt { get; private set; } = -1;

    public long BytesScanned { get; private set; }

    public int Segments { get; private set; }

    /// <summary>
    /// How many bytes an unclean start checks of a log: those of the segments from its recovery point on. 0 when its
    /// files cannot be looked at: whoever opens the log meets the same fault, and says so.
    /// </summary>
    public static long BytesToCheck(IFileSystem files, string directory, long recoveryPoint)
    {
        try
        {
            var bases = new List<long>();
            foreach (string name in files.FileNames(directory))
                if (LogFileNames.TryParseOffset(name, LogFileNames.Log, out long offset)) bases.Add(offset);
            long first = bases.Where(offset => offset <= recoveryPoint).DefaultIfEmpty(0).Max();
            return bases.Where(offset => offset >= first).Sum(offset =>
            {
                using ILogFile file = files.Open(new SegmentPaths(directory, offset).Log);
                return file.Length;
            });
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            return 0;
        }
    }

    /// <summary>Where and why it stopped, or null when all of the segment is good.</summary>
    public SegmentStop? Run(LogSegment segment)
    {
        using SegmentUse use = segment.Use();
        using var reader = new BatchReader(use.File, 0, segment.Size);
        var indexes = new SegmentIndexes(segment.Paths);
        SegmentStop? stop = null;
        long told = 0;
        while (stop is null && !reader.IsAtEnd)
        {
            long position = reader.Position;
            if (!reader.TryReadNext(out RecordBatch batch)) stop = new SegmentStop(position, "no whole batch");
            else if (Fault(batch, use.File, reader.Position) is { } fault) stop = new SegmentStop(position, fault);
            else Take(batch, indexes, position);
            if (position - told < ProgressStep) continue;
            services.Recovery.Add(position - told);
            told = position;
        }
        services.Recovery.Add(segment.Size - told);
        Complete(segment, indexes, stop?.Position ?? segment.Size);
        return stop;
    }

    private void Take(RecordBatch batch, SegmentIndexes indexes, long position)
    {
        BatchHeader.TryRead(batch.Bytes.Span, out BatchHeader header);
        if (!KnowsEpochs) _epochs = _epochs.Assign(header.LeaderEpoch, header.BaseOffset);
        indexes.Add(header, position, config.IndexIntervalBytes);
        producers.Update(header, nowMs);
        LogEnd = header.NextOffset;
    }

    private void Complete(LogSegment segment, SegmentIndexes indexes, long good)
    {
        BytesScanned += good;
        Segments++;
        segment.Verified.Add(0, good);
        indexes.Seal();
        indexes.Save(services.Files);
        segment.AdoptIndexes(indexes);
    }

    private string? Fault(RecordBatch batch, ILogFile file, long next)
    {
        bool follows = mayHaveGaps ? batch.BaseOffset >= LogEnd : batch.BaseOffset == LogEnd;
        if (!follows) return $"offset {batch.BaseOffset} where {LogEnd} is expected";
        if (!batch.IsCrcValid()) return "bad CRC";
        if (KnowsEpochs && _epochs.EpochAt(batch.BaseOffset) is { } epoch && epoch != batch.PartitionLeaderEpoch)
        {
            if (!IsBorneOut(batch, file, next))
                return $"leader epoch {batch.PartitionLeaderEpoch} where {epoch} is expected";
            // Of two batches that agree and a line of text, it is the text that is wrong.
            EpochsRefutedAt = batch.BaseOffset;
            KnowsEpochs = false;
            _epochs = LeaderEpochHistory.Empty;
        }
        bool goesBack = !KnowsEpochs && batch.PartitionLeaderEpoch < _epochs.Latest;
        return goesBack ? "leader epoch goes back" : null;
    }

    /// <summary>Whether the batch behind carries the same epoch, which the CRC does not cover.</summary>
    private static bool IsBorneOut(RecordBatch batch, ILogFile file, long next) =>
        SegmentScan.TryHeader(file, next) is { } header
        && header.BaseOffset >= batch.NextOffset
        && header.LeaderEpoch == batch.PartitionLeaderEpoch;
}
