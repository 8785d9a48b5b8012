using System.Buffers.Binary;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>
/// A <see cref="StickyAssignment"/> for members that keep reading while they rebalance: a partition that is to move is
/// given to nobody as long as somebody says it owns it. Its owner sees that it is not assigned any more, gives it up
/// and joins again, and then it is free (KIP-429). User data, for members that do not name their generation in the
/// subscription: int32 generation.
/// </summary>
internal sealed class CooperativeStickyAssignor : IConsumerPartitionAssignor
{
    public string Name => "cooperative-sticky";

    /// <summary>Also eager: so a group may go over to it from another, member by member.</summary>
    public RebalanceProtocols SupportedProtocols => RebalanceProtocols.Cooperative | RebalanceProtocols.Eager;

    public ReadOnlyMemory<byte>? SubscriptionUserData(MemberSubscription subscription)
    {
        var data = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(data, subscription.LastGeneration);
        return data;
    }

    public IReadOnlyDictionary<string, MemberAssignment> Assign(GroupSubscription group)
    {
        var sticky = new StickyAssignment(group.PartitionCounts, group.Members, Owned);
        Dictionary<string, List<TopicPartition>> assignment = sticky.Build();
        HashSet<TopicPartition> inUse = [.. group.Members.SelectMany(member => member.Owned)];
        foreach ((string member, List<TopicPartition> partitions) in assignment)
            partitions.RemoveAll(partition => inUse.Contains(partition) && sticky.OwnerOf(partition) != member);
        return assignment.ToMemberAssignments();
    }

    private static OwnedPartitions Owned(GroupMember member)
    {
        bool isInUserData = member.Generation < 0 && member.UserData is { Length: sizeof(int) };
        int generation = isInUserData
            ? BinaryPrimitives.ReadInt32BigEndian(member.UserData!.Value.Span)
            : member.Generation;
        return new OwnedPartitions(member.Owned, generation);
    }
}
