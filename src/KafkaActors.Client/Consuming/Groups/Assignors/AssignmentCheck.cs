using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>What every assignment of a group has to be, whoever made it.</summary>
internal static class AssignmentCheck
{
    /// <summary>What is wrong with it, in one sentence; null when nothing is.</summary>
    public static string? Fault(
        GroupSubscription group, IReadOnlyDictionary<string, MemberAssignment> assignment, bool isCooperative)
    {
        Dictionary<string, GroupMember> members = group.Members.ToDictionary(member => member.Id);
        Dictionary<TopicPartition, string> owners = [];
        foreach ((string id, MemberAssignment share) in assignment)
        {
            if (!members.TryGetValue(id, out GroupMember? member)) return $"'{id}' is no member of the group.";
            foreach (TopicPartition partition in share.Partitions)
            {
                if (!Exists(partition, group.PartitionCounts)) return $"{partition} does not exist.";
                if (!member.Topics.Contains(partition.Topic)) return $"{id} does not subscribe to {partition.Topic}.";
                if (!owners.TryAdd(partition, id))
                    return $"{partition} is assigned to {owners[partition]} and to {id}.";
            }
        }

        return isCooperative ? FaultOfTransfer(group, assignment) : null;
    }

    /// <summary>Whoever has a partition reads it until its own next join, so nobody else may have it before.</summary>
    private static string? FaultOfTransfer(
        GroupSubscription group, IReadOnlyDictionary<string, MemberAssignment> assignment)
    {
        Dictionary<TopicPartition, string> taken = [];
        HashSet<TopicPartition> given = [];
        foreach (GroupMember member in group.Members)
        {
            IReadOnlyList<TopicPartition> share = assignment.GetValueOrDefault(member.Id)?.Partitions ?? [];
            foreach (TopicPartition partition in member.Owned.Except(share)) taken[partition] = member.Id;
            given.UnionWith(share.Except(member.Owned));
        }

        foreach (TopicPartition partition in given)
        {
            if (taken.TryGetValue(partition, out string? owner))
                return $"{partition} is given to another member although {owner} still has it.";
        }

        return null;
    }

    private static bool Exists(TopicPartition partition, IReadOnlyDictionary<string, int> counts) =>
        counts.TryGetValue(partition.Topic, out int count) && partition.Partition >= 0 && partition.Partition < count;
}
