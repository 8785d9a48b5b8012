using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>
/// All partitions in the order of topic and number, dealt to the members in turn; one that does not subscribe to the
/// topic is passed over, and the next partition goes on behind whoever got the last.
/// </summary>
internal sealed class RoundRobinAssignor : IConsumerPartitionAssignor
{
    public string Name => "roundrobin";

    public IReadOnlyDictionary<string, MemberAssignment> Assign(GroupSubscription group)
    {
        List<GroupMember> ordered = GroupMember.Sorted(group.Members);
        Dictionary<string, List<TopicPartition>> assignment =
            ordered.ToDictionary(member => member.Id, _ => new List<TopicPartition>());
        HashSet<string> subscribed = [.. ordered.SelectMany(member => member.Topics)];
        int turn = 0;
        foreach ((string topic, int count) in group.PartitionCounts.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            if (!subscribed.Contains(topic)) continue;
            for (int index = 0; index < count; index++)
            {
                while (!ordered[turn].Topics.Contains(topic)) turn = (turn + 1) % ordered.Count;
                assignment[ordered[turn].Id].Add(new TopicPartition(topic, index));
                turn = (turn + 1) % ordered.Count;
            }
        }

        return assignment.ToMemberAssignments();
    }
}
