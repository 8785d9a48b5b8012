using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>
/// What consumers embed in the classic protocol, as far as a coordinator looks into it: two bytes of version, then the
/// subscription, of which every version begins like the first.
/// </summary>
internal static class ConsumerProtocol
{
    /// <summary>The protocol type of consumers.</summary>
    public const string Type = "consumer";

    /// <summary>The topics of a subscription; null for bytes that are none.</summary>
    public static IReadOnlyList<string>? TopicsOf(ReadOnlyMemory<byte> metadata)
    {
        try
        {
            var reader = new ProtocolReader(metadata);
            reader.ReadInt16();
            return ConsumerProtocolSubscription.Read(ref reader, ConsumerProtocolSubscription.LowestVersion).Topics;
        }
        catch (ProtocolViolationException)
        {
            return null;
        }
    }
}
