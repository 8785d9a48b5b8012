using KafkaActors.Protocol;
using static KafkaActors.Messages.FetchProtocol;

namespace KafkaActors.Messages.Serialization;

/// <summary>
/// <see cref="FetchProtocol"/> on the wire, after the version byte; primitives as in <see cref="WireReader"/>.
/// <code>
/// fe Fetch         int64 correlation id, duration max wait, int32 min bytes, int32 max bytes, int8 isolation,
///                  list of (partition, int32 leader epoch, int64 offset, int32 max bytes)
/// fD Data          int64 correlation id, partition, int16 error, int64 high watermark, int64 last stable offset,
///                  int64 log start offset, int32 leader, int32 leader epoch, int32 total bytes, rest bytes
/// fC Chunk         int64 correlation id, int32 position, rest bytes
/// fE Completed     int64 correlation id, int16 error
/// </code>
/// </summary>
internal static class FetchLayouts
{
    private const int PartitionBytes = TopicId.Size + sizeof(int);
    private const int PositionBytes = PartitionBytes + sizeof(int) + sizeof(long) + sizeof(int);

    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<Fetch>("fe", WriteFetch, ReadFetch),
        MessageLayout.Of<Data>("fD", WriteData, ReadData),
        MessageLayout.Of<Chunk>(
            "fC",
            (writer, message) =>
            {
                writer.Int64(message.CorrelationId);
                writer.Int32(message.Position);
                writer.Rest(message.Bytes);
            },
            (ref reader) => new Chunk(reader.Int64(), reader.Int32(), reader.Rest())),
        MessageLayout.Of<Completed>(
            "fE",
            (writer, message) =>
            {
                writer.Int64(message.CorrelationId);
                writer.Error(message.Error);
            },
            (ref reader) => new Completed(reader.Int64(), reader.Error())),
    ];

    private static void WriteFetch(WireWriter writer, Fetch message)
    {
        writer.Int64(message.CorrelationId);
        writer.Duration(message.MaxWait);
        writer.Int32(message.MinBytes);
        writer.Int32(message.MaxBytes);
        writer.Int8((sbyte)message.Isolation);
        writer.List(message.Partitions, (items, position) =>
        {
            items.Partition(position.Partition);
            items.Epoch(position.CurrentLeaderEpoch);
            items.Int64(position.Offset);
            items.Int32(position.MaxBytes);
        });
    }

    private static Fetch ReadFetch(ref WireReader reader) =>
        new(
            reader.Int64(),
            reader.Duration(),
            reader.Int32(),
            reader.Int32(),
            (IsolationLevel)reader.Int8(),
            reader.List(PositionBytes, (ref items) =>
                new PartitionPosition(items.Partition(), items.Epoch(), items.Int64(), items.Int32())));

    private static void WriteData(WireWriter writer, Data message)
    {
        writer.Int64(message.CorrelationId);
        writer.Partition(message.Partition);
        writer.Error(message.Error);
        writer.Int64(message.HighWatermark);
        writer.Int64(message.LastStableOffset);
        writer.Int64(message.LogStartOffset);
        writer.Node(message.Leader);
        writer.Epoch(message.LeaderEpoch);
        writer.Int32(message.TotalBytes);
        writer.Rest(message.Bytes);
    }

    private static Data ReadData(ref WireReader reader) =>
        new(
            reader.Int64(),
            reader.Partition(),
            reader.Error(),
            reader.Int64(),
            reader.Int64(),
            reader.Int64(),
            reader.Node(),
            reader.Epoch(),
            reader.Int32(),
            reader.Rest());
}
