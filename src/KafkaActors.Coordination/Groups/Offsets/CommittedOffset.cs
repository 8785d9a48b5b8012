using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Offsets;

/// <summary>A group's position in one partition.</summary>
/// <param name="Offset">Of the next record to consume.</param>
/// <param name="LeaderEpoch">Of the record before it, where the consumer knew.</param>
/// <param name="CommitTimestamp">In milliseconds since the Unix epoch, as is the next.</param>
/// <param name="ExpireTimestamp">Named by the commit (OffsetCommit v2-4); -1 leaves it to the broker.</param>
/// <param name="TopicId">
/// Of the topic as it was then: one that is made again under its name starts without offsets. None where the record
/// does not say.
/// </param>
internal readonly record struct CommittedOffset(
    long Offset, LeaderEpoch LeaderEpoch, string Metadata, long CommitTimestamp, long ExpireTimestamp, TopicId TopicId)
{
    public static CommittedOffset From(OffsetCommitValue value) => new(
        value.Offset, value.LeaderEpoch, value.Metadata, value.CommitTimestamp, value.ExpireTimestamp, value.TopicId);

    public OffsetCommitValue ToValue() => new()
    {
        Offset = Offset,
        LeaderEpoch = LeaderEpoch,
        Metadata = Metadata,
        CommitTimestamp = CommitTimestamp,
        ExpireTimestamp = ExpireTimestamp,
        TopicId = TopicId,
    };

    /// <summary>Whether the partition that it was committed for is in the cluster still.</summary>
    /// <param name="topic">What has the topic's name now.</param>
    public bool IsOf(TopicImage? topic, int partition) => topic is not null
        && (TopicId == TopicId.None || TopicId == topic.Id)
        && topic.Has(partition);

    /// <summary>The moment it has been kept long enough, if the group's state lets it expire.</summary>
    /// <returns>In milliseconds since the Unix epoch.</returns>
    public long ExpiresAt(TimeSpan? emptySince, TimeSpan retention) => ExpireTimestamp >= 0
        ? ExpireTimestamp
        : (emptySince?.ToMilliseconds() ?? CommitTimestamp) + retention.ToMilliseconds();
}
