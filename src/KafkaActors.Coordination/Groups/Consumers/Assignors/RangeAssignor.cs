using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Groups.Consumers.Assignors;

/// <summary>
/// Gives each subscriber of a topic one contiguous range of its partitions, the first of them one more where they do
/// not divide evenly. All topics are divided among members in the same order, so topics with as many partitions and
/// the same subscribers are co-partitioned: what one member has of one, it has of the other. Static members come
/// first, by instance id, so that one that is back under another member id gets the same ranges again.
/// </summary>
internal sealed class RangeAssignor : IPartitionAssignor
{
    public string Name => "range";

    public IReadOnlyDictionary<string, PartitionSet> Assign(AssignorInput input)
    {
        AssignorMember[] ordered = [.. input.Members
            .OrderBy(member => member.InstanceId is null)
            .ThenBy(member => member.InstanceId ?? member.MemberId, StringComparer.Ordinal)];
        var assigned = ordered.ToDictionary(member => member.MemberId, _ => new List<TopicIdPartition>());
        foreach ((TopicId topic, int count) in input.PartitionCounts)
        {
            AssignorMember[] subscribers = [.. ordered.Where(member => member.Topics.Contains(topic))];
            int next = 0;
            for (int i = 0; i < subscribers.Length; i++)
            {
                int share = (count / subscribers.Length) + (i < count % subscribers.Length ? 1 : 0);
                assigned[subscribers[i].MemberId].AddRange(
                    Enumerable.Range(next, share).Select(partition => new TopicIdPartition(topic, partition)));
                next += share;
            }
        }

        return assigned.ToDictionary(member => member.Key, member => PartitionSet.Of(member.Value));
    }
}
