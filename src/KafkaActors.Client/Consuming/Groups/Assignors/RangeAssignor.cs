using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>
/// Each topic for itself: its partitions in order, cut into ranges of equal size for its subscribers in order; the
/// first ones get one more where it does not come out even. So members with the same topics get partitions of the same
/// numbers. (Java's clients move ranges to be near the replicas' racks; this client knows of no racks.)
/// </summary>
internal sealed class RangeAssignor : IConsumerPartitionAssignor
{
    public string Name => "range";

    public IReadOnlyDictionary<string, MemberAssignment> Assign(GroupSubscription group)
    {
        List<GroupMember> ordered = GroupMember.Sorted(group.Members);
        Dictionary<string, List<TopicPartition>> assignment =
            ordered.ToDictionary(member => member.Id, _ => new List<TopicPartition>());
        foreach ((string topic, int count) in group.PartitionCounts.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            GroupMember[] subscribers = [.. ordered.Where(member => member.Topics.Contains(topic))];
            int next = 0;
            for (int i = 0; i < subscribers.Length; i++)
            {
                int size = (count / subscribers.Length) + (i < count % subscribers.Length ? 1 : 0);
                IEnumerable<int> range = Enumerable.Range(next, size);
                assignment[subscribers[i].Id].AddRange(range.Select(index => new TopicPartition(topic, index)));
                next += size;
            }
        }

        return assignment.ToMemberAssignments();
    }
}
