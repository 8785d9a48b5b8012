using KafkaActors.Protocol.Messages;
using static KafkaActors.Messages.SessionProtocol;

namespace KafkaActors.Messages.Serialization;

/// <summary>
/// <see cref="SessionProtocol"/> on the wire, after the version byte; primitives as in <see cref="WireReader"/>. What
/// passes within one ActorSystem alone has no layout.
/// <code>
/// sc Connect      v1: int64 correlation id, string client id, int32 protocol version
///                 v2: and string software name, string software version
/// sC Connected    v2: int64 correlation id, actor session, int32 node, string cluster id, int32 request window,
///                 int32 fetch window, duration idle timeout, list of (int16 API, int16 least, int16 greatest version)
/// sp FramePart    int64 correlation id, int32 frame bytes, int32 position, rest bytes
/// ss Served       int64 correlation id
/// sr Refused      int64 correlation id, int16 error, string message
/// sk KeepAlive    int64 correlation id
/// sK Alive        int64 correlation id
/// sd Disconnect   nothing
/// se SessionEnded string reason
/// </code>
/// </summary>
internal static class SessionLayouts
{
    /// <summary>Of <see cref="Connect"/> and <see cref="Connected"/>, since a node says its APIs.</summary>
    private const byte WithApis = 2;

    private const int ApiBytes = 3 * sizeof(short);

    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<Connect>("sc", WriteConnect, ReadConnect, WithApis),
        MessageLayout.Of<Connected>("sC", WriteConnected, ReadConnected, WithApis),
        MessageLayout.Of<FramePart>(
            "sp",
            (writer, message) =>
            {
                writer.Int64(message.CorrelationId);
                writer.Int32(message.FrameBytes);
                writer.Int32(message.Position);
                writer.Rest(message.Bytes);
            },
            (ref reader) => new FramePart(reader.Int64(), reader.Int32(), reader.Int32(), reader.Rest())),
        MessageLayout.Of<Served>(
            "ss",
            (writer, message) => writer.Int64(message.CorrelationId),
            (ref reader) => new Served(reader.Int64())),
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

    private static void WriteConnect(WireWriter writer, Connect message)
    {
        writer.Int64(message.CorrelationId);
        writer.String(message.ClientId);
        writer.Int32(message.ProtocolVersion);
        writer.String(message.SoftwareName);
        writer.String(message.SoftwareVersion);
    }

    // One of the first version is read, so that its client hears which version the node speaks.
    private static Connect ReadConnect(ref WireReader reader)
    {
        (long correlationId, string clientId, int version) = (reader.Int64(), reader.String(), reader.Int32());
        return reader.Version < WithApis
            ? new Connect(correlationId, clientId, "", "", version)
            : new Connect(correlationId, clientId, reader.String(), reader.String(), version);
    }

    private static void WriteConnected(WireWriter writer, Connected message)
    {
        writer.Int64(message.CorrelationId);
        writer.ActorRef(message.Session);
        writer.Node(message.Node);
        writer.String(message.ClusterId);
        writer.Int32(message.RequestWindowBytes);
        writer.Int32(message.FetchWindowBytes);
        writer.Duration(message.IdleTimeout);
        writer.List(message.Apis, (items, api) =>
        {
            items.Int16(api.ApiKey);
            items.Int16(api.MinVersion);
            items.Int16(api.MaxVersion);
        });
    }

    private static Connected ReadConnected(ref WireReader reader) =>
        new(
            reader.Int64(),
            reader.ActorRef(),
            reader.Node(),
            reader.String(),
            reader.Int32(),
            reader.Int32(),
            reader.Duration(),
            reader.List(ApiBytes, (ref items) => new ApiVersionsResponse.ApiVersion
            {
                ApiKey = items.Int16(), MinVersion = items.Int16(), MaxVersion = items.Int16(),
            }));
}
