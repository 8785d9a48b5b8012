using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>What tests tell a membership, in few words.</summary>
internal static class Memberships
{
    public static IReadOnlyList<MembershipEffect> Subscribe(
        this IGroupMembership core, IEnumerable<string> topics, TimeSpan now) =>
        core.Subscribe(SubscribedTopics.Of(topics), now);

    public static IReadOnlyList<MembershipEffect> Learn(
        this IGroupMembership core, IReadOnlyDictionary<string, int> partitionCounts, TimeSpan now) =>
        core.Learn(new KnownTopics(partitionCounts, new Dictionary<TopicId, string>()), now);

    public static IReadOnlyList<MembershipEffect> Unanswered(
        this IGroupMembership core, MembershipCall call, ErrorCode error, TimeSpan now) =>
        core.Unanswered(call, error, null, now);
}
