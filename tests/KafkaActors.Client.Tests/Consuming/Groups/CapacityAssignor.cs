using System.Buffers.Binary;
using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>
/// An application's own assignor: each member says by user data how many partitions it can take, and is told how many
/// the whole group can.
/// </summary>
internal sealed class CapacityAssignor(int capacity) : IConsumerPartitionAssignor
{
    private volatile int _groupCapacity;
    private volatile int _assignments;

    public string Name => "capacity";

    public int GroupCapacity => _groupCapacity;

    public int Assignments => _assignments;

    public ConsumerGroupMetadata? Self { get; private set; }

    public ReadOnlyMemory<byte>? SubscriptionUserData(MemberSubscription subscription) => Bytes(capacity);

    public IReadOnlyDictionary<string, MemberAssignment> Assign(GroupSubscription group)
    {
        Queue<TopicPartition> free = new(group.PartitionCounts.SelectMany(topic =>
            Enumerable.Range(0, topic.Value).Select(index => new TopicPartition(topic.Key, index))));
        byte[] all = Bytes(group.Members.Sum(Capacity));
        Dictionary<string, MemberAssignment> assignment = [];
        foreach (GroupMember member in group.Members)
        {
            List<TopicPartition> share = [];
            while (share.Count < Capacity(member) && free.TryDequeue(out TopicPartition next)) share.Add(next);
            assignment.Add(member.Id, new MemberAssignment(share, all));
        }

        return assignment;
    }

    public void OnAssignment(MemberAssignment assignment, ConsumerGroupMetadata member)
    {
        _groupCapacity = BinaryPrimitives.ReadInt32BigEndian(assignment.UserData!.Value.Span);
        Self = member;
        _assignments++;
    }

    private static int Capacity(GroupMember member) =>
        BinaryPrimitives.ReadInt32BigEndian(member.UserData!.Value.Span);

    private static byte[] Bytes(int number)
    {
        var bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
