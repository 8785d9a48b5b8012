using static KafkaActors.Messages.SessionProtocol;

namespace KafkaActors.Messages.Serialization;

/// <summary>
/// <see cref="SessionProtocol"/> on the wire, after the version byte; primitives as in <see cref="WireReader"/>.
/// <code>
/// sc Connect      int64 correlation id, string client id, int32 protocol version
/// sC Connected    int64 correlation id, actor session, int32 node, string cluster id,
///                 int32 produce window, int32 fetch window, duration idle timeout
/// sr Refused      int64 correlation id, int16 error, string message
/// sk KeepAlive    int64 correlation id
/// sK Alive        int64 correlation id
/// sd Disconnect   nothing
/// se SessionEnded string reason
/// </code>
/// </summary>
internal static class SessionLayouts
{
    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<Connect>(
            "sc",
            (writer, message) =>
            {
                writer.Int64(message.CorrelationId);
                writer.String(message.ClientId);
                writer.Int32(message.ProtocolVersion);
            },
            (ref reader) => new Connect(reader.Int64(), reader.String(), reader.Int32())),
        MessageLayout.Of<Connected>("sC", WriteConnected, ReadConnected),
        MessageLayout.Of<Refused>(
            "sr",
            (writer, message) =>
            {
                writer.Int64(message.CorrelationId);
                writer.Error(message.Error);
                writer.String(message.Message);
            },
            (ref reader) => new Refused(reader.Int64(), reader.Error(), reader.String())),
        MessageLayout.Of<KeepAlive>(
            "sk",
            (writer, message) => writer.Int64(message.CorrelationId),
            (ref reader) => new KeepAlive(reader.Int64())),
        MessageLayout.Of<Alive>(
            "sK",
            (writer, message) => writer.Int64(message.CorrelationId),
            (ref reader) => new Alive(reader.Int64())),
        MessageLayout.Of<Disconnect>("sd", (_, _) => { }, (ref _) => new Disconnect()),
        MessageLayout.Of<SessionEnded>(
            "se",
            (writer, message) => writer.String(message.Reason),
            (ref reader) => new SessionEnded(reader.String())),
    ];

    private static void WriteConnected(WireWriter writer, Connected message)
    {
        writer.Int64(message.CorrelationId);
        writer.ActorRef(message.Session);
        writer.Node(message.Node);
        writer.String(message.ClusterId);
        writer.Int32(message.ProduceWindowBytes);
        writer.Int32(message.FetchWindowBytes);
        writer.Duration(message.IdleTimeout);
    }

    private static Connected ReadConnected(ref WireReader reader) =>
        new(
            reader.Int64(),
            reader.ActorRef(),
            reader.Node(),
            reader.String(),
            reader.Int32(),
            reader.Int32(),
            reader.Duration());
}
