using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>Assignments of assignors that send no user data with them.</summary>
internal static class MemberAssignments
{
    public static IReadOnlyDictionary<string, MemberAssignment> ToMemberAssignments(
        this Dictionary<string, List<TopicPartition>> assignment) =>
        assignment.ToDictionary(entry => entry.Key, entry => new MemberAssignment(entry.Value));
}
