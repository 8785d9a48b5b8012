using System.Buffers.Binary;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// Cuts what was fetched of one partition into whole batches, each a slice of it. What comes last may be cut off: nodes
/// other than ours fill an answer to the byte. Pure.
/// </summary>
internal static class FetchedBatches
{
    /// <exception cref="KafkaException">
    /// <see cref="ErrorCode.CorruptMessage"/>: the bytes are no batches, or not one is whole.
    /// </exception>
    public static void Cut(ReadOnlyMemory<byte> records, Action<RecordBatch> found)
    {
        ReadOnlyMemory<byte> left = records;
        while (RecordBatch.TryRead(left, out RecordBatch batch))
        {
            found(batch);
            left = left[batch.SizeInBytes..];
        }

        if (!left.IsEmpty && (left.Length == records.Length || !IsCutOff(left.Span)))
            throw new KafkaException(ErrorCode.CorruptMessage, "What was fetched is not a sequence of record batches.");
    }

    private static bool IsCutOff(ReadOnlySpan<byte> start)
    {
        if (start.Length < RecordBatchLayout.LogOverhead) return true;
        int length = BinaryPrimitives.ReadInt32BigEndian(start[RecordBatchLayout.BatchLength..]);
        return length >= RecordBatchLayout.HeaderSize - RecordBatchLayout.LogOverhead
            && (long)length + RecordBatchLayout.LogOverhead > start.Length;
    }
}
