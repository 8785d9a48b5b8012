using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>
/// A <see cref="StickyAssignment"/> for members that give up everything before they join: what they had stands in the
/// user data, as a <see cref="StickyAssignorUserData"/>.
/// </summary>
internal sealed class StickyAssignor : IConsumerPartitionAssignor
{
    public string Name => "sticky";

    public ReadOnlyMemory<byte>? SubscriptionUserData(MemberSubscription subscription)
    {
        if (subscription.LastGeneration < 0) return null;
        var data = new StickyAssignorUserData
        {
            PreviousAssignment = [.. subscription.LastAssignment
                .GroupBy(partition => partition.Topic, partition => partition.Partition)
                .Select(topic => new StickyAssignorUserData.PreviousTopic
                {
                    Topic = topic.Key,
                    Partitions = [.. topic],
                })],
            Generation = subscription.LastGeneration,
        };
        using var writer = new ProtocolWriter();
        data.Write(writer, StickyAssignorUserData.HighestVersion);
        return writer.ToArray();
    }

    public IReadOnlyDictionary<string, MemberAssignment> Assign(GroupSubscription group) =>
        new StickyAssignment(group.PartitionCounts, group.Members, Owned).Build().ToMemberAssignments();

    private static OwnedPartitions Owned(GroupMember member)
    {
        if (member.UserData is not { Length: > 0 } bytes) return OwnedPartitions.None;
        StickyAssignorUserData? data = Read(bytes, StickyAssignorUserData.HighestVersion)
            ?? Read(bytes, StickyAssignorUserData.LowestVersion);
        if (data is null) return OwnedPartitions.None;
        IEnumerable<TopicPartition> partitions = data.PreviousAssignment.SelectMany(topic =>
            topic.Partitions.Select(index => new TopicPartition(topic.Topic, index)));
        return new OwnedPartitions([.. partitions], data.Generation);
    }

    private static StickyAssignorUserData? Read(ReadOnlyMemory<byte> bytes, short version)
    {
        try
        {
            var reader = new ProtocolReader(bytes);
            return StickyAssignorUserData.Read(ref reader, version);
        }
        catch (ProtocolViolationException)
        {
            return null;
        }
    }
}
