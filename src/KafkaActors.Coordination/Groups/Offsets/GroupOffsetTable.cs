using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Offsets;

/// <summary>
/// The offsets a group has committed, by topic and partition. Who may commit or delete is decided by the group's
/// protocol before; here offsets are kept, told, and given up when nobody needs them. <see cref="GroupCore"/> owns it.
/// Invariant: no topic is empty.
/// <para>
/// An offset belongs to a topic by its id. What the image does not have any more is told to nobody, whether or not the
/// notice of the deletion has come; the notice, or the next load, takes it out of memory and log.
/// </para>
/// </summary>
internal sealed class GroupOffsetTable(string groupId, GroupServices services)
{
    /// <summary>What is told of a partition without an offset.</summary>
    private static readonly CommittedOffset None = new(-1, LeaderEpoch.None, "", -1, -1, TopicId.None);

    private readonly Dictionary<string, Dictionary<int, CommittedOffset>> _topics = [];

    public bool IsEmpty => _topics.Count == 0;

    /// <summary>Whether the cluster has the partition.</summary>
    public static ErrorCode ErrorOf(TopicImage? topic, int partition) =>
        topic?.Has(partition) ?? false ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition;

    /// <summary>Commits what is not refused; a partition that is refused keeps the offset it has.</summary>
    public OffsetCommitResponse Commit(
        OffsetCommitRequest request, MetadataImage image, TimeSpan now, DecisionBuilder decision)
    {
        var attempt = new OffsetCommitAttempt(groupId, services, request, image, now);
        foreach (AcceptedOffset accepted in attempt.Accepted)
        {
            Set(accepted.Topic, accepted.Partition, accepted.Offset);
            decision.Append(accepted.Record);
        }

        return attempt.Response;
    }

    /// <summary>The same outcome for all that was to be committed and that the cluster has.</summary>
    public static OffsetCommitResponse Refuse(OffsetCommitRequest request, MetadataImage image, ErrorCode error) =>
        new() { Topics = [.. request.Topics.Select(topic => Refuse(topic, image.Topic(topic.Name), error))] };

    /// <summary>The offsets asked for, or all of them.</summary>
    public OffsetFetchResponse.OffsetFetchGroup Fetch(
        OffsetFetchRequest.OffsetFetchGroup request, MetadataImage image) => new()
    {
        GroupId = groupId,
        Topics = request.Topics is { } topics
            ? [.. topics.Select(topic => Fetch(topic, image.Topic(topic.Name)))]
            : [.. _topics.Select(topic => FetchAll(topic.Key, topic.Value, image.Topic(topic.Key)))
                .Where(topic => topic.Partitions.Count > 0)],
    };

    /// <summary>Deletes offsets, but not of topics that the group subscribes to.</summary>
    public OffsetDeleteResponse Delete(
        OffsetDeleteRequest request, MetadataImage image, Func<string, bool> isSubscribedTo, DecisionBuilder decision)
    {
        var topics = new List<OffsetDeleteResponse.OffsetDeleteTopic>(request.Topics.Count);
        foreach (OffsetDeleteRequest.OffsetDeleteTopic topic in request.Topics)
        {
            bool isSubscribed = isSubscribedTo(topic.Name);
            topics.Add(new()
            {
                Name = topic.Name, Partitions = Outcomes(topic, image.Topic(topic.Name), isSubscribed),
            });
            if (isSubscribed) continue;
            foreach (OffsetDeleteRequest.OffsetDeletePartition partition in topic.Partitions)
                Remove(topic.Name, partition.PartitionIndex, decision);
        }

        return new OffsetDeleteResponse { Topics = topics };
    }

    /// <summary>
    /// The topic that had the name was deleted: gives up the offsets in it. One committed since, in a topic that was
    /// made again under the name, stays.
    /// </summary>
    public void TopicDeleted(string topic, MetadataImage image, DecisionBuilder decision) => Remove(
        topic,
        (partition, offset) => offset.TopicId == TopicId.None || !offset.IsOf(image.Topic(topic), partition),
        decision);

    /// <summary>Gives up every offset in what the image does not have: what was deleted while nobody looked.</summary>
    public void DropUnknown(MetadataImage image, DecisionBuilder decision)
    {
        foreach (string topic in _topics.Keys.ToList())
            Remove(topic, (partition, offset) => !offset.IsOf(image.Topic(topic), partition), decision);
    }

    public void DeleteAll(DecisionBuilder decision)
    {
        foreach (string topic in _topics.Keys.ToList())
            Remove(topic, (_, _) => true, decision);
    }

    /// <summary>Gives up offsets that have been kept long enough, but not of topics the group subscribes to.</summary>
    public void Expire(
        OffsetExpiry expiry, Func<string, bool> isSubscribedTo, TimeSpan now, DecisionBuilder decision)
    {
        if (!expiry.Expires) return;
        foreach ((string topic, Dictionary<int, CommittedOffset> partitions) in _topics.ToList())
        {
            if (isSubscribedTo(topic)) continue;
            foreach ((int partition, CommittedOffset offset) in partitions.ToList())
                if (offset.ExpiresAt(expiry.EmptySince, services.Settings.OffsetsRetention) <= now.ToMilliseconds())
                    Remove(topic, partition, decision);
        }
    }

    public void Replay(OffsetCommitKey key, OffsetCommitValue? value)
    {
        if (value is null) Remove(key.Topic, key.Partition);
        else Set(key.Topic, key.Partition, CommittedOffset.From(value));
    }

    private static OffsetCommitResponse.OffsetCommitTopic Refuse(
        OffsetCommitRequest.OffsetCommitTopic topic, TopicImage? known, ErrorCode error) => new()
    {
        Name = topic.Name,
        Partitions =
        [
            .. topic.Partitions.Select(partition => new OffsetCommitResponse.OffsetCommitPartition
            {
                PartitionIndex = partition.PartitionIndex,
                ErrorCode = ErrorOf(known, partition.PartitionIndex) is var unknown and not ErrorCode.None
                    ? unknown
                    : error,
            }),
        ],
    };

    private static IReadOnlyList<OffsetDeleteResponse.OffsetDeletePartition> Outcomes(
        OffsetDeleteRequest.OffsetDeleteTopic topic, TopicImage? known, bool isSubscribed) =>
    [
        .. topic.Partitions.Select(partition => new OffsetDeleteResponse.OffsetDeletePartition
        {
            PartitionIndex = partition.PartitionIndex,
            ErrorCode = ErrorOf(known, partition.PartitionIndex) is var unknown and not ErrorCode.None ? unknown
                : isSubscribed ? ErrorCode.GroupSubscribedToTopic
                : ErrorCode.None,
        }),
    ];

    private OffsetFetchResponse.OffsetFetchTopic Fetch(OffsetFetchRequest.OffsetFetchTopic topic, TopicImage? known)
    {
        Dictionary<int, CommittedOffset>? partitions = _topics.GetValueOrDefault(topic.Name);
        return new()
        {
            Name = topic.Name,
            Partitions =
            [
                .. topic.PartitionIndexes.Select(partition =>
                    partitions is not null && partitions.TryGetValue(partition, out CommittedOffset offset)
                        && offset.IsOf(known, partition)
                        ? Told(partition, offset)
                        : Told(partition, None)),
            ],
        };
    }

    private static OffsetFetchResponse.OffsetFetchTopic FetchAll(
        string topic, Dictionary<int, CommittedOffset> partitions, TopicImage? known) => new()
    {
        Name = topic,
        Partitions =
        [
            .. partitions.Where(partition => partition.Value.IsOf(known, partition.Key))
                .Select(partition => Told(partition.Key, partition.Value)),
        ],
    };

    private static OffsetFetchResponse.OffsetFetchPartition Told(int partition, in CommittedOffset offset) => new()
    {
        PartitionIndex = partition,
        CommittedOffset = offset.Offset,
        CommittedLeaderEpoch = offset.LeaderEpoch,
        Metadata = offset.Metadata,
    };

    private void Set(string topic, int partition, in CommittedOffset offset)
    {
        if (!_topics.TryGetValue(topic, out Dictionary<int, CommittedOffset>? partitions))
            _topics[topic] = partitions = [];
        partitions[partition] = offset;
    }

    private void Remove(string topic, Func<int, CommittedOffset, bool> isOver, DecisionBuilder decision)
    {
        if (!_topics.TryGetValue(topic, out Dictionary<int, CommittedOffset>? partitions)) return;
        foreach ((int partition, CommittedOffset offset) in partitions.ToList())
            if (isOver(partition, offset)) Remove(topic, partition, decision);
    }

    private bool Remove(string topic, int partition)
    {
        if (!_topics.TryGetValue(topic, out Dictionary<int, CommittedOffset>? partitions)) return false;
        bool isRemoved = partitions.Remove(partition);
        if (partitions.Count == 0) _topics.Remove(topic);
        return isRemoved;
    }

    private void Remove(string topic, int partition, DecisionBuilder decision)
    {
        if (Remove(topic, partition)) decision.Append(OffsetRecords.Tombstone(groupId, topic, partition));
    }
}
