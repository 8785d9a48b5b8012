using KafkaActors.Protocol;
using static KafkaActors.Messages.ProduceProtocol;

namespace KafkaActors.Messages.Serialization;

/// <summary>
/// <see cref="ProduceProtocol"/> on the wire, after the version byte; primitives as in <see cref="WireReader"/>.
/// <code>
/// pA Appended           int64 correlation id, int16 error, string? message, int64 base offset,
///                       int64 log append time, int64 log start offset, int32 leader, int32 leader epoch
/// </code>
/// </summary>
internal static class ProduceLayouts
{
    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<Appended>("pA", WriteAppended, ReadAppended),
    ];

    private static void WriteAppended(WireWriter writer, Appended message)
    {
        writer.Int64(message.CorrelationId);
        writer.Error(message.Error);
        writer.NullableString(message.Message);
        writer.Int64(message.BaseOffset);
        writer.Int64(message.LogAppendTimeMs);
        writer.Int64(message.LogStartOffset);
        writer.Node(message.Leader);
        writer.Epoch(message.LeaderEpoch);
    }

    private static Appended ReadAppended(ref WireReader reader) =>
        new(
            reader.Int64(),
            reader.Error(),
            reader.NullableString(),
            reader.Int64(),
            reader.Int64(),
            reader.Int64(),
            reader.Node(),
            reader.Epoch());
}
