using System.Buffers.Binary;
using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Storage;

/// <summary>
/// Producer state before an offset, version 1, big-endian:
/// <code>
/// position bytes type   name                      meaning
///        0     2 int16  version                   1
///        2     4 uint32 crc                       CRC-32C of everything after it
///        6     4 int32  entry count
///       10         then per entry:
///        0     8 int64  producer id
///        8     2 int16  producer epoch
///       10     4 int32  last sequence             -1: the producer wrote no batch yet
///       14     8 int64  last offset               of the last batch
///       22     4 int32  offset delta              first to last offset of the last batch
///       26     8 int64  timestamp                 greatest of the last batch
///       34     4 int32  coordinator epoch         -1: none
///       38     8 int64  transaction first offset  -1: no open transaction
///           after the entries, which is where Kafka's reader stops, one block per entry of the same order:
///        0     1 int8   earlier batches           0 to 4, oldest first, each:
///        0     4 int32  last sequence
///        4     8 int64  last offset
///       12     4 int32  offset delta
///       16     8 int64  timestamp
///           after the blocks, one field per entry of the same order:
///        0     8 int64  last seen                 when the last batch was appended, ms since the epoch
/// </code>
/// Kafka keeps one batch per producer across a restart; the blocks at the end keep all five, so that a retry of any
/// batch in flight is still recognised. A file without them, or without the last fields, is read as well: then every
/// producer was seen at the moment of reading.
/// </summary>
internal static class ProducerSnapshotFile
{
    private const short Version = 1;
    private const int CrcPosition = sizeof(short);
    private const int CoveredPosition = CrcPosition + sizeof(uint);
    private const int HeaderSize = CoveredPosition + sizeof(int);
    private const int EntrySize = 46;
    private const int EarlierBatchSize = 24;
    private const int LastSeenSize = sizeof(long);

    public static void Write(IFileSystem files, string path, ProducerStateTable table)
    {
        ProducerState[] producers = [.. table.Producers];
        int earlier = producers.Sum(producer => Math.Max(0, producer.Batches.Length - 1));
        int perProducer = EntrySize + 1 + LastSeenSize;
        byte[] bytes = new byte[HeaderSize + producers.Length * perProducer + earlier * EarlierBatchSize];
        BinaryPrimitives.WriteInt16BigEndian(bytes, Version);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(CoveredPosition), producers.Length);
        Span<byte> rest = bytes.AsSpan(HeaderSize);
        foreach (ProducerState producer in producers) rest = FormatEntry(producer, rest);
        foreach (ProducerState producer in producers) rest = FormatEarlier(producer.Batches, rest);
        foreach (ProducerState producer in producers)
        {
            BinaryPrimitives.WriteInt64BigEndian(rest, producer.LastSeenMs);
            rest = rest[LastSeenSize..];
        }
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(CrcPosition), Crc32C.Compute(bytes.AsSpan(CoveredPosition)));
        WholeFile.Write(files, path, bytes, durable: false);
    }

    /// <summary>Null when the file is absent or is not what was written.</summary>
    public static ProducerStateTable? Read(IFileSystem files, string path, ProducerStateLimits limits, long nowMs)
    {
        byte[]? bytes = WholeFile.Read(files, path);
        if (bytes is null || bytes.Length < HeaderSize) return null;
        if (BinaryPrimitives.ReadInt16BigEndian(bytes) != Version) return null;
        uint crc = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(CrcPosition));
        if (crc != Crc32C.Compute(bytes.AsSpan(CoveredPosition))) return null;
        int count = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(CoveredPosition));
        if (count < 0 || count > (bytes.Length - HeaderSize) / EntrySize) return null;
        return Parse(bytes.AsSpan(HeaderSize), count, limits, nowMs);
    }

    private static ProducerStateTable Parse(
        ReadOnlySpan<byte> source, int count, ProducerStateLimits limits, long nowMs)
    {
        var producers = new ProducerState[count];
        ReadOnlySpan<byte> rest = source[(count * EntrySize)..];
        for (int i = 0; i < count; i++) producers[i] = ParseEntry(source[(i * EntrySize)..], ref rest);
        bool isSeenKnown = count > 0 && rest.Length / LastSeenSize >= count;
        var table = new ProducerStateTable(limits);
        for (int i = 0; i < count; i++)
        {
            // A clock that was ahead when it was written would keep the producer for longer than asked.
            long seen = isSeenKnown ? BinaryPrimitives.ReadInt64BigEndian(rest[(i * LastSeenSize)..]) : nowMs;
            producers[i].LastSeenMs = Math.Min(seen, nowMs);
            table.Put(producers[i]);
        }
        return table;
    }

    private static ProducerState ParseEntry(ReadOnlySpan<byte> entry, ref ReadOnlySpan<byte> earlier)
    {
        var producer = new ProducerState(
            BinaryPrimitives.ReadInt64BigEndian(entry), BinaryPrimitives.ReadInt16BigEndian(entry[8..]))
        {
            CoordinatorEpoch = BinaryPrimitives.ReadInt32BigEndian(entry[34..]),
            CurrentTransactionFirstOffset = BinaryPrimitives.ReadInt64BigEndian(entry[38..]),
        };
        earlier = ParseEarlier(producer, earlier);
        bool hasBatch = BinaryPrimitives.ReadInt32BigEndian(entry[10..]) >= 0;
        if (hasBatch) producer.Add(producer.Epoch, ParseBatch(entry[10..]));
        else producer.SetTimestamp(BinaryPrimitives.ReadInt64BigEndian(entry[26..]));
        return producer;
    }

    private static ReadOnlySpan<byte> ParseEarlier(ProducerState producer, ReadOnlySpan<byte> source)
    {
        if (source.IsEmpty) return source;
        int count = source[0];
        source = source[1..];
        for (int i = 0; i < count && source.Length >= EarlierBatchSize; i++, source = source[EarlierBatchSize..])
            producer.Add(producer.Epoch, ParseBatch(source));
        return source;
    }

    /// <summary>
    /// Last sequence, last offset, offset delta and timestamp stand alike in an entry and in a block.
    /// </summary>
    private static BatchMetadata ParseBatch(ReadOnlySpan<byte> source)
    {
        int lastSequence = BinaryPrimitives.ReadInt32BigEndian(source);
        long lastOffset = BinaryPrimitives.ReadInt64BigEndian(source[4..]);
        int delta = BinaryPrimitives.ReadInt32BigEndian(source[12..]);
        long timestamp = BinaryPrimitives.ReadInt64BigEndian(source[16..]);
        int first = lastSequence >= delta ? lastSequence - delta : int.MaxValue - (delta - lastSequence) + 1;
        return new BatchMetadata(first, lastSequence, lastOffset - delta, lastOffset, timestamp);
    }

    private static Span<byte> FormatEntry(ProducerState producer, Span<byte> destination)
    {
        BatchMetadata last = producer.Batches.IsEmpty
            ? new BatchMetadata(-1, -1, -1, -1, producer.LastTimestamp)
            : producer.Batches[^1];
        BinaryPrimitives.WriteInt64BigEndian(destination, producer.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(destination[8..], producer.Epoch);
        FormatBatch(last, destination[10..]);
        BinaryPrimitives.WriteInt32BigEndian(destination[34..], producer.CoordinatorEpoch);
        BinaryPrimitives.WriteInt64BigEndian(destination[38..], producer.CurrentTransactionFirstOffset);
        return destination[EntrySize..];
    }

    private static Span<byte> FormatEarlier(ReadOnlySpan<BatchMetadata> batches, Span<byte> destination)
    {
        ReadOnlySpan<BatchMetadata> earlier = batches.IsEmpty ? batches : batches[..^1];
        destination[0] = (byte)earlier.Length;
        destination = destination[1..];
        foreach (BatchMetadata batch in earlier)
        {
            FormatBatch(batch, destination);
            destination = destination[EarlierBatchSize..];
        }
        return destination;
    }

    private static void FormatBatch(BatchMetadata batch, Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32BigEndian(destination, batch.LastSequence);
        BinaryPrimitives.WriteInt64BigEndian(destination[4..], batch.LastOffset);
        BinaryPrimitives.WriteInt32BigEndian(destination[12..], batch.OffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(destination[16..], batch.Timestamp);
    }
}
