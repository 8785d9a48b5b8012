using static KafkaActors.Messages.KafkaProtocol;

namespace KafkaActors.Messages.Serialization;

/// <summary>
/// <see cref="KafkaProtocol"/> on the wire, after the version byte; primitives as in <see cref="WireReader"/>.
/// <code>
/// kr Request  int64 correlation id, rest frame
/// kR Response int64 correlation id, rest frame
/// </code>
/// </summary>
internal static class KafkaLayouts
{
    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<Request>(
            "kr",
            (writer, message) =>
            {
                writer.Int64(message.CorrelationId);
                writer.Rest(message.Frame);
            },
            (ref reader) => new Request(reader.Int64(), reader.Rest())),
        MessageLayout.Of<Response>(
            "kR",
            (writer, message) =>
            {
                writer.Int64(message.CorrelationId);
                writer.Rest(message.Frame);
            },
            (ref reader) => new Response(reader.Int64(), reader.Rest())),
    ];
}
