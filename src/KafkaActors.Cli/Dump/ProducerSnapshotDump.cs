using System.Buffers.Binary;
using System.Globalization;
using KafkaActors.Cli.Invocation;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Dump;

/// <summary>
/// Prints a producer-state <c>.snapshot</c>, a line a producer, and verifies its CRC-32C.
/// <code>
/// position bytes type   name
///        0     2 int16  version, 1
///        2     4 uint32 CRC-32C of everything after it
///        6     4 int32  number of producers, each:
///        0     8 int64  producer id
///        8     2 int16  producer epoch
///       10     4 int32  last sequence
///       14     8 int64  last offset
///       22     4 int32  offset delta: last offset - first offset of the last batch
///       26     8 int64  timestamp
///       34     4 int32  coordinator epoch
///       38     8 int64  first offset of the open transaction, or -1
/// </code>
/// What follows the producers (their earlier batches, which Kafka does not keep) is covered by the CRC and not printed.
/// </summary>
internal sealed class ProducerSnapshotDump(string path) : LogFileDump
{
    private const int CrcPosition = sizeof(short);
    private const int CountPosition = CrcPosition + sizeof(uint);
    private const int EntriesPosition = CountPosition + sizeof(int);
    private const int EntrySize = 46;

    public override void Print(ByteOutput output, ICollection<string> problems, CancellationToken stop)
    {
        byte[] bytes = File.ReadAllBytes(path);
        if (bytes.Length < EntriesPosition)
        {
            problems.Add($"{path}: {bytes.Length} bytes are no snapshot.");
            return;
        }

        uint crc = BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(CrcPosition));
        if (Crc32C.Compute(bytes.AsSpan(CountPosition)) != crc) problems.Add($"{path}: does not match its CRC.");
        int count = BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(CountPosition));
        int most = (bytes.Length - EntriesPosition) / EntrySize;
        if (count < 0 || count > most) problems.Add($"{path}: {count} producers cannot stand in {bytes.Length} bytes.");
        for (int i = 0; i < Math.Min(count, most); i++)
            output.Line(Describe(bytes.AsSpan(EntriesPosition + (i * EntrySize), EntrySize)));
    }

    // Sequences begin again at 0 after the greatest int32.
    private static int FirstSequence(int lastSequence, int offsetDelta) =>
        lastSequence < 0 ? lastSequence : (int)((lastSequence - (long)offsetDelta) & int.MaxValue);

    private static string Describe(ReadOnlySpan<byte> entry)
    {
        int lastSequence = BinaryPrimitives.ReadInt32BigEndian(entry[10..]);
        long lastOffset = BinaryPrimitives.ReadInt64BigEndian(entry[14..]);
        int offsetDelta = BinaryPrimitives.ReadInt32BigEndian(entry[22..]);
        long transaction = BinaryPrimitives.ReadInt64BigEndian(entry[38..]);
        string firstOffset = transaction < 0 ? "OptionalLong.empty" : $"OptionalLong[{transaction}]";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"producerId: {BinaryPrimitives.ReadInt64BigEndian(entry)} "
            + $"producerEpoch: {BinaryPrimitives.ReadInt16BigEndian(entry[8..])} "
            + $"coordinatorEpoch: {BinaryPrimitives.ReadInt32BigEndian(entry[34..])} "
            + $"currentTxnFirstOffset: {firstOffset} firstSequence: {FirstSequence(lastSequence, offsetDelta)} "
            + $"lastSequence: {lastSequence} lastOffset: {lastOffset} offsetDelta: {offsetDelta} "
            + $"timestamp: {BinaryPrimitives.ReadInt64BigEndian(entry[26..])}");
    }
}
