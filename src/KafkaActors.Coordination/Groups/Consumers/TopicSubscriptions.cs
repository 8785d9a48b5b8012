using System.Collections.Immutable;
using KafkaActors.Coordination.Groups.Consumers.Assignors;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// What subscriptions by name and by regular expression mean in an image. Expressions are matched again only when
/// topics came or went, not whenever a partition's leader or ISR changed. <see cref="ConsumerGroup"/> owns it; nothing
/// here is stored.
/// </summary>
internal sealed class TopicSubscriptions
{
    private ImmutableSortedDictionary<string, TopicId>? _matched;
    private Dictionary<string, IReadOnlyList<string>> _matches = [];

    /// <summary>Those topics of the members' subscriptions that exist.</summary>
    /// <param name="joining">What a member subscribes to that is not counted among the group's yet.</param>
    public ImmutableSortedDictionary<string, SubscribedTopic> Resolve(
        SubscriptionCounts subscriptions, MetadataImage image, MemberMetadata? joining = null)
    {
        IEnumerable<string> expressions = subscriptions.Expressions;
        if (joining is { TopicRegex.Length: > 0 }) expressions = expressions.Append(joining.TopicRegex).Distinct();
        Match(expressions, image);
        return subscriptions.Names.Concat(joining?.TopicNames ?? []).Concat(_matches.Values.SelectMany(names => names))
            .Distinct()
            .Select(image.Topic).OfType<TopicImage>()
            .Select(topic => new SubscribedTopic(topic.Id, topic.Name, topic.Partitions.Count))
            .ToImmutableSortedDictionary(topic => topic.Name, topic => topic, StringComparer.Ordinal);
    }

    /// <summary>The group as an assignor sees it. Its topics were resolved here before.</summary>
    public AssignorInput ToAssign(RecordedConsumerGroup group) => new(
        [.. group.Members.Values.Select(member => new AssignorMember(
            member.MemberId,
            member.Metadata.InstanceId,
            NamesOf(member.Metadata).Where(group.Topics.ContainsKey).Select(name => group.Topics[name].Id).ToHashSet(),
            group.Target(member.MemberId) ?? PartitionSet.Empty))],
        group.Topics.Values.ToDictionary(topic => topic.Id, topic => topic.PartitionCount));

    private IEnumerable<string> NamesOf(MemberMetadata member) => member.TopicRegex.Length == 0
        ? member.TopicNames
        : member.TopicNames.Concat(_matches.GetValueOrDefault(member.TopicRegex) ?? []);

    private void Match(IEnumerable<string> expressions, MetadataImage image)
    {
        Dictionary<string, IReadOnlyList<string>> former = ReferenceEquals(_matched, image.TopicIds) ? _matches : [];
        _matches = expressions.ToDictionary(
            expression => expression,
            expression => former.GetValueOrDefault(expression) ?? Matching(expression, image));
        _matched = image.TopicIds;
    }

    /// <summary>A recorded expression that this version cannot read matches nothing.</summary>
    private static IReadOnlyList<string> Matching(string expression, MetadataImage image) =>
        TopicRegex.TryParse(expression, out TopicRegex? regex, out _)
            ? [.. image.TopicIds.Keys.Where(regex.IsMatch)]
            : [];
}
