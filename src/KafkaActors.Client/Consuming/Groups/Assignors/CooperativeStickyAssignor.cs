using System.Buffers.Binary;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>
/// A <see cref="StickyAssignment"/> for members that keep reading while they rebalance: a partition that is to move is
/// given to nobody as long as somebody says it owns it. Its owner sees that it is not assigned any more, gives it up
/// and joins again, and then it is free (KIP-429). User data, for members that do not name their generation in the
/// subscription: int32 generation.
/// </summary>
internal sealed class CooperativeStickyAssignor : IPartitionAssignor
{
    public string Name => "cooperative-sticky";

    public bool IsCooperative => true;

    public ReadOnlyMemory<byte>? UserData(IReadOnlyList<TopicPartition> assigned, int generation)
    {
        var data = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(data, generation);
        return data;
    }

    public Dictionary<string, List<TopicPartition>> Assign(
        IReadOnlyDictionary<string, int> partitionCounts, IReadOnlyCollection<GroupMember> members)
    {
        var sticky = new StickyAssignment(partitionCounts, members, Owned);
        Dictionary<string, List<TopicPartition>> assignment = sticky.Build();
        HashSet<TopicPartition> inUse = [.. members.SelectMany(member => member.Owned)];
        foreach ((string member, List<TopicPartition> partitions) in assignment)
            partitions.RemoveAll(partition => inUse.Contains(partition) && sticky.OwnerOf(partition) != member);
        return assignment;
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
