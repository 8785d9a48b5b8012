using System.Buffers.Binary;
using KafkaActors.Protocol;

namespace KafkaActors.Storage;

/// <summary>
/// The name of a directory that was set aside, <c>TOPIC-PARTITION.UUID-stray</c> as Kafka has it. The unique part is a
/// version 7 UUID, whose first 48 bits are the time: so the date is there although nothing could be written on a full
/// disk, and a copied or touched directory keeps it.
/// </summary>
/// <param name="Partition">Of a topic with a long name, its beginning.</param>
/// <param name="SetAsideAt">Null in a name that another program gave.</param>
internal readonly record struct StrayName(TopicPartition Partition, DateTimeOffset? SetAsideAt)
{
    private const int TimeVersion = 7;
    private const int TimeBytes = 6;

    public static string For(TopicPartition partition, DateTimeOffset now) =>
        LogFileNames.WithSuffix(partition, Guid.CreateVersion7(now), LogFileNames.StrayDirectory);

    public static bool TryParse(string directoryName, out StrayName name)
    {
        name = default;
        if (LogFileNames.UniqueOf(directoryName, LogFileNames.StrayDirectory) is not { } unique) return false;
        string partition = directoryName[..directoryName.LastIndexOf('.')];
        if (!LogFileNames.TryParsePartition(partition, out TopicPartition parsed)) return false;
        name = new StrayName(parsed, unique.Version == TimeVersion ? TimeOf(unique) : null);
        return true;
    }

    private static DateTimeOffset? TimeOf(Guid unique)
    {
        Span<byte> bytes = stackalloc byte[16];
        unique.TryWriteBytes(bytes, bigEndian: true, out _);
        long milliseconds = BinaryPrimitives.ReadInt64BigEndian(bytes) >> (8 * (sizeof(long) - TimeBytes));
        return milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
    }
}
