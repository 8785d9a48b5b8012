using System.Globalization;
using System.Text;
using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>
/// An application's assignor: each member says by user data what share it wants, and is told the sum of all.
/// </summary>
internal sealed class WeightedAssignor(int weight) : IConsumerPartitionAssignor
{
    private volatile string _told = "";

    public string Name => "weighted";

    /// <summary>What the leader told last.</summary>
    public string Told => _told;

    public ReadOnlyMemory<byte>? SubscriptionUserData(MemberSubscription subscription) => Bytes(weight);

    public IReadOnlyDictionary<string, MemberAssignment> Assign(GroupSubscription group)
    {
        int sum = group.Members.Sum(Weight);
        TopicPartition[] all = [.. group.PartitionCounts.SelectMany(topic =>
            Enumerable.Range(0, topic.Value).Select(index => new TopicPartition(topic.Key, index)))];
        Dictionary<string, MemberAssignment> assignment = [];
        int next = 0;
        foreach (GroupMember member in group.Members)
        {
            int share = all.Length * Weight(member) / sum;
            assignment.Add(member.Id, new MemberAssignment(all[next..(next + share)], Bytes(sum)));
            next += share;
        }

        return assignment;
    }

    public void OnAssignment(MemberAssignment assignment, ConsumerGroupMetadata member) =>
        _told = $"{Encoding.ASCII.GetString(assignment.UserData!.Value.Span)} in {member.GroupId}";

    private static int Weight(GroupMember member) =>
        int.Parse(Encoding.ASCII.GetString(member.UserData!.Value.Span), CultureInfo.InvariantCulture);

    private static byte[] Bytes(int number) =>
        Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
