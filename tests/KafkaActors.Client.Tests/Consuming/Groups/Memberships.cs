using KafkaActors.Client.Consuming.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

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

    /// <summary>In the newest version.</summary>
    public static IReadOnlyList<MembershipEffect> Answered(
        this IGroupMembership core, MembershipCall call, IResponseMessage response, TimeSpan now) =>
        core.Answered(call, response, Newest(call.Request.Api), now);

    public static short Newest(ApiKey api) => ApiMessages.TryGet((short)api, out ApiDescription? description)
        ? description.Advertised.Max
        : throw new ArgumentException($"{api}");
}
