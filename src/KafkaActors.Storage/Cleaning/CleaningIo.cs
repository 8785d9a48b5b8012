using KafkaActors.Protocol.Records;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// What one cleaning reads and writes: counted, held back by the throttle, ended when it is to stop, and checked, since
/// a broken batch that is written anew would look like a good one.
/// </summary>
internal sealed class CleaningIo(LogState state, IoThrottle throttle, CancellationToken stopped)
{
    private const int StepBytes = 128 * 1024;

    private long _unpaid;

    public long BytesRead { get; private set; }

    /// <summary>The segment that was read last.</summary>
    public LogSegment? Source { get; private set; }

    public long BytesWritten { get; private set; }

    /// <summary>
    /// The batches of a sealed segment, each valid until the next; none when the segment was deleted meanwhile.
    /// </summary>
    /// <exception cref="CorruptLogException">A batch is broken, or none stands where one should.</exception>
    /// <exception cref="OperationCanceledException">The cleaning is to stop.</exception>
    public IEnumerable<RecordBatch> Read(LogSegment segment)
    {
        Source = segment;
        if (segment.File.Acquire() is not { } file) yield break;
        try
        {
            using var reader = new BatchReader(file, 0, segment.Size);
            long expected = segment.BaseOffset;
            while (reader.TryReadNext(out RecordBatch batch))
            {
                long position = reader.Position - batch.SizeInBytes;
                SegmentScan.Verify(batch, position, expected, state.Epochs, mayHaveGaps: true);
                expected = batch.NextOffset;
                BytesRead += batch.SizeInBytes;
                Pay(batch.SizeInBytes);
                yield return batch;
            }
            if (!reader.IsAtEnd) throw SegmentScan.NoBatch(reader.Position);
        }
        finally
        {
            segment.File.Release();
        }
    }

    public void Wrote(int bytes)
    {
        BytesWritten += bytes;
        Pay(bytes);
    }

    private void Pay(int bytes)
    {
        stopped.ThrowIfCancellationRequested();
        _unpaid += bytes;
        if (_unpaid < StepBytes) return;
        throttle.Pay(_unpaid, stopped);
        _unpaid = 0;
    }
}
