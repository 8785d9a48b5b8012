using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>
/// What consumers embed in the classic protocol, as far as a coordinator looks into it: two bytes of version, then the
/// subscription or the assignment, of which every version begins like the ones before.
/// </summary>
internal static class ClassicConsumerProtocol
{
    /// <summary>The protocol type of consumers.</summary>
    public const string Type = "consumer";

    private delegate T ReadMessage<out T>(ref ProtocolReader reader, short version);

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

    /// <summary>A whole subscription; null for bytes that are none.</summary>
    public static ConsumerProtocolSubscription? SubscriptionOf(ReadOnlyMemory<byte> metadata) =>
        Read(metadata, ConsumerProtocolSubscription.Read, ConsumerProtocolSubscription.HighestVersion);

    /// <summary>An assignment, which is empty where there are no bytes; null for bytes that are none.</summary>
    public static ConsumerProtocolAssignment? AssignmentOf(ReadOnlyMemory<byte> assignment) => assignment.IsEmpty
        ? new ConsumerProtocolAssignment()
        : Read(assignment, ConsumerProtocolAssignment.Read, ConsumerProtocolAssignment.HighestVersion);

    /// <summary>The assignment in the version of the member's subscription, which it reads for sure.</summary>
    public static ReadOnlyMemory<byte> Encode(
        ConsumerProtocolAssignment assignment, ReadOnlyMemory<byte> subscription)
    {
        short version = Math.Clamp(
            new ProtocolReader(subscription).ReadInt16(),
            ConsumerProtocolAssignment.LowestVersion,
            ConsumerProtocolAssignment.HighestVersion);
        using var writer = new ProtocolWriter();
        writer.WriteInt16(version);
        assignment.Write(writer, version);
        return writer.ToArray();
    }

    /// <summary>A later version than is known is read as the latest known one.</summary>
    private static T? Read<T>(ReadOnlyMemory<byte> bytes, ReadMessage<T> read, short highestVersion)
        where T : class
    {
        try
        {
            var reader = new ProtocolReader(bytes);
            short version = reader.ReadInt16();
            return version < 0 ? null : read(ref reader, Math.Min(version, highestVersion));
        }
        catch (ProtocolViolationException)
        {
            return null;
        }
    }
}
