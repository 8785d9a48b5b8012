using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// What consumers tell each other through JoinGroup and SyncGroup, whose coordinator does not look into it: int16
/// version, then a <see cref="ConsumerProtocolSubscription"/> or <see cref="ConsumerProtocolAssignment"/>. Of a version
/// newer than known the known part is read: later versions only add to the end.
/// </summary>
internal static class ConsumerBlobs
{
    public const string ProtocolType = "consumer";

    public static ReadOnlyMemory<byte> Subscription(
        IReadOnlyList<string> topics,
        ReadOnlyMemory<byte>? userData,
        IReadOnlyList<TopicPartition> owned,
        int generation) =>
        Blob(
            new ConsumerProtocolSubscription
            {
                Topics = topics,
                UserData = userData,
                OwnedPartitions = ByTopic(owned, (topic, partitions) =>
                    new ConsumerProtocolSubscription.OwnedTopic { Topic = topic, Partitions = partitions }),
                GenerationId = generation,
            },
            ConsumerProtocolSubscription.HighestVersion);

    public static ReadOnlyMemory<byte> Assignment(MemberAssignment assignment) =>
        Blob(
            new ConsumerProtocolAssignment
            {
                AssignedPartitions = ByTopic(assignment.Partitions, (topic, indexes) =>
                    new ConsumerProtocolAssignment.AssignedTopic { Topic = topic, Partitions = indexes }),
                UserData = assignment.UserData,
            },
            ConsumerProtocolAssignment.HighestVersion);

    /// <summary>A member whose subscription cannot be read has none: it must not keep the others from theirs.</summary>
    public static GroupMember ReadMember(JoinGroupResponse.JoinGroupMember member)
    {
        var subscription = new ConsumerProtocolSubscription();
        try
        {
            var reader = new ProtocolReader(member.Metadata);
            short version = ReadVersion(ref reader, ConsumerProtocolSubscription.HighestVersion);
            subscription = ConsumerProtocolSubscription.Read(ref reader, version);
        }
        catch (ProtocolViolationException)
        {
            // It stays without topics.
        }

        return new GroupMember(
            member.MemberId,
            member.GroupInstanceId,
            subscription.Topics,
            [.. subscription.OwnedPartitions.SelectMany(owned => Partitions(owned.Topic, owned.Partitions))],
            subscription.GenerationId,
            subscription.UserData);
    }

    /// <summary>Empty bytes, which a member gets that the leader did not know, are an empty assignment.</summary>
    /// <exception cref="ProtocolViolationException">The bytes are something else.</exception>
    public static MemberAssignment ReadAssignment(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty) return new MemberAssignment([]);
        var reader = new ProtocolReader(bytes);
        short version = ReadVersion(ref reader, ConsumerProtocolAssignment.HighestVersion);
        ConsumerProtocolAssignment assignment = ConsumerProtocolAssignment.Read(ref reader, version);
        return new MemberAssignment(
            [.. assignment.AssignedPartitions.SelectMany(topic => Partitions(topic.Topic, topic.Partitions))],
            assignment.UserData);
    }

    private static short ReadVersion(ref ProtocolReader reader, short highest) =>
        Math.Min(reader.ReadInt16(), highest);

    private static ReadOnlyMemory<byte> Blob(IProtocolMessage body, short version)
    {
        using var writer = new ProtocolWriter();
        writer.WriteInt16(version);
        body.Write(writer, version);
        return writer.ToArray();
    }

    private static T[] ByTopic<T>(IEnumerable<TopicPartition> partitions, Func<string, int[], T> topic) =>
        [.. partitions.GroupBy(partition => partition.Topic, partition => partition.Partition)
            .Select(group => topic(group.Key, [.. group]))];

    private static IEnumerable<TopicPartition> Partitions(string topic, IEnumerable<int> indexes) =>
        indexes.Select(index => new TopicPartition(topic, index));
}
