using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// Reads a partition of a coordinator's topic up to a fence. It waits for the disk, so it runs on the threads for
/// loading; the log is read in pieces of a bounded size.
/// </summary>
internal static class PartitionLoader
{
    private const int ChunkBytes = 1024 * 1024;

    /// <param name="upTo">The fence's offset: it is committed, and what lies before it is too.</param>
    /// <exception cref="IOException">The log is offline, or does not hold what its view says.</exception>
    public static LoadedPartition Load(PartitionLog log, long upTo, LoadedPartition loaded)
    {
        long offset = log.LogStartOffset;
        while (offset < upTo)
        {
            using LogReadResult range = log.Read(offset, upTo, ChunkBytes, atLeastOneBatch: true);
            // Retention moved the start meanwhile: what is gone was not to be read.
            if (range.Error == ErrorCode.OffsetOutOfRange && log.LogStartOffset > offset) offset = log.LogStartOffset;
            else if (range.Error != ErrorCode.None) throw new IOException($"{log.Name} is not readable: {range.Error}");
            else if (range.IsEmpty) break;
            else offset = Take(Bytes(range), upTo, loaded);
        }

        return loaded;
    }

    /// <summary>Takes in whole batches as a log or a leader gives them.</summary>
    /// <returns>Where to read on.</returns>
    /// <exception cref="CorruptLogException">They are not whole.</exception>
    public static long Take(ReadOnlyMemory<byte> bytes, long upTo, LoadedPartition loaded)
    {
        long next = upTo;
        var batches = RecordBatches.Enumerate(bytes, verifyCrc: true);
        while (batches.MoveNext())
        {
            Take(batches.Current, loaded);
            next = batches.Current.NextOffset;
        }

        return batches.Stop == RecordBatchesStop.End
            ? next
            : throw new CorruptLogException($"the batches end: {batches.Stop}");
    }

    private static byte[] Bytes(LogReadResult range)
    {
        byte[] bytes = new byte[range.Length];
        range.CopyTo(bytes);
        return bytes;
    }

    private static void Take(RecordBatch batch, LoadedPartition loaded)
    {
        if (batch.Attributes.IsControl) return;
        var records = new RecordEnumerator(batch);
        while (records.MoveNext())
        {
            RecordView record = records.Current;
            if (record.Key is { Length: >= sizeof(short) } key) loaded.Add(key, record.Value, record.Offset);
        }
    }
}
