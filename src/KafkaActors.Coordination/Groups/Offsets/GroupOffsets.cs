using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Offsets;

/// <summary>
/// The offsets a group has committed, by topic and partition. Who may commit or delete is decided by the group's
/// protocol before; here offsets are kept, told, and given up when nobody needs them. <see cref="GroupCore"/> owns it.
/// Invariant: no topic is empty.
/// </summary>
internal sealed class GroupOffsets(string groupId, GroupSettings settings)
{
    /// <summary>What is told of a partition without an offset.</summary>
    private static readonly CommittedOffset None = new(-1, LeaderEpoch.None, "", -1, -1);

    private readonly Dictionary<string, Dictionary<int, CommittedOffset>> _topics = [];

    public bool IsEmpty => _topics.Count == 0;

    /// <summary>Commits what is not refused; a partition whose metadata is too large keeps the offset it has.</summary>
    public OffsetCommitResponse Commit(OffsetCommitRequest request, TimeSpan now, DecisionBuilder decision)
    {
        long timestamp = now.ToMilliseconds();
        long expires = request.RetentionTimeMs < 0
            ? -1
            : timestamp + Math.Min(request.RetentionTimeMs, long.MaxValue - timestamp);
        var topics = new OffsetCommitResponse.OffsetCommitTopic[request.Topics.Count];
        for (int i = 0; i < topics.Length; i++)
            topics[i] = Commit(request.Topics[i], timestamp, expires, decision);
        return new OffsetCommitResponse { Topics = topics };
    }

    /// <summary>The same outcome for all that was to be committed.</summary>
    public static OffsetCommitResponse Refuse(OffsetCommitRequest request, ErrorCode error) => new()
    {
        Topics =
        [
            .. request.Topics.Select(topic => new OffsetCommitResponse.OffsetCommitTopic
            {
                Name = topic.Name,
                Partitions = [.. topic.Partitions.Select(partition => Outcome(partition.PartitionIndex, error))],
            }),
        ],
    };

    /// <summary>The offsets asked for, or all of them.</summary>
    public OffsetFetchResponse.OffsetFetchGroup Fetch(OffsetFetchRequest.OffsetFetchGroup request) => new()
    {
        GroupId = groupId,
        Topics = request.Topics is { } topics ? [.. topics.Select(Fetch)] : [.. _topics.Select(FetchAll)],
    };

    /// <summary>Deletes offsets, but not of topics that the group subscribes to.</summary>
    public OffsetDeleteResponse Delete(
        OffsetDeleteRequest request, Func<string, bool> isSubscribedTo, DecisionBuilder decision)
    {
        var topics = new List<OffsetDeleteResponse.OffsetDeleteTopic>(request.Topics.Count);
        foreach (OffsetDeleteRequest.OffsetDeleteTopic topic in request.Topics)
        {
            bool isSubscribed = isSubscribedTo(topic.Name);
            topics.Add(new() { Name = topic.Name, Partitions = Outcomes(topic, isSubscribed) });
            if (isSubscribed) continue;
            foreach (OffsetDeleteRequest.OffsetDeletePartition partition in topic.Partitions)
                Remove(topic.Name, partition.PartitionIndex, decision);
        }

        return new OffsetDeleteResponse { Topics = topics };
    }

    public void DeleteTopic(string topic, DecisionBuilder decision)
    {
        if (!_topics.Remove(topic, out Dictionary<int, CommittedOffset>? partitions)) return;
        foreach (int partition in partitions.Keys)
            decision.Append(OffsetRecords.Tombstone(groupId, topic, partition));
    }

    public void DeleteAll(DecisionBuilder decision)
    {
        foreach (string topic in _topics.Keys.ToList())
            DeleteTopic(topic, decision);
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
                if (offset.ExpiresAt(expiry.EmptySince, settings.OffsetsRetention) <= now.ToMilliseconds())
                    Remove(topic, partition, decision);
        }
    }

    public void Replay(OffsetCommitKey key, OffsetCommitValue? value)
    {
        if (value is null) Remove(key.Topic, key.Partition);
        else Set(key.Topic, key.Partition, CommittedOffset.From(value));
    }

    private OffsetCommitResponse.OffsetCommitTopic Commit(
        OffsetCommitRequest.OffsetCommitTopic topic, long timestamp, long expires, DecisionBuilder decision)
    {
        var outcomes = new OffsetCommitResponse.OffsetCommitPartition[topic.Partitions.Count];
        for (int i = 0; i < outcomes.Length; i++)
        {
            OffsetCommitRequest.OffsetCommitPartition partition = topic.Partitions[i];
            string metadata = partition.CommittedMetadata ?? "";
            bool isTooLarge = metadata.Length > settings.OffsetMetadataMaxBytes;
            outcomes[i] = Outcome(
                partition.PartitionIndex, isTooLarge ? ErrorCode.OffsetMetadataTooLarge : ErrorCode.None);
            if (isTooLarge) continue;
            var offset = new CommittedOffset(
                partition.CommittedOffset, partition.CommittedLeaderEpoch, metadata, timestamp, expires);
            Set(topic.Name, partition.PartitionIndex, offset);
            decision.Append(OffsetRecords.Of(groupId, topic.Name, partition.PartitionIndex, offset));
        }

        return new() { Name = topic.Name, Partitions = outcomes };
    }

    private static OffsetCommitResponse.OffsetCommitPartition Outcome(int partition, ErrorCode error) =>
        new() { PartitionIndex = partition, ErrorCode = error };

    private static IReadOnlyList<OffsetDeleteResponse.OffsetDeletePartition> Outcomes(
        OffsetDeleteRequest.OffsetDeleteTopic topic, bool isSubscribed)
    {
        ErrorCode error = isSubscribed ? ErrorCode.GroupSubscribedToTopic : ErrorCode.None;
        return
        [
            .. topic.Partitions.Select(partition => new OffsetDeleteResponse.OffsetDeletePartition
            {
                PartitionIndex = partition.PartitionIndex,
                ErrorCode = error,
            }),
        ];
    }

    private OffsetFetchResponse.OffsetFetchTopic Fetch(OffsetFetchRequest.OffsetFetchTopic topic)
    {
        Dictionary<int, CommittedOffset>? partitions = _topics.GetValueOrDefault(topic.Name);
        return new()
        {
            Name = topic.Name,
            Partitions =
            [
                .. topic.PartitionIndexes.Select(partition =>
                    partitions is not null && partitions.TryGetValue(partition, out CommittedOffset offset)
                        ? Told(partition, offset)
                        : Told(partition, None)),
            ],
        };
    }

    private static OffsetFetchResponse.OffsetFetchTopic FetchAll(
        KeyValuePair<string, Dictionary<int, CommittedOffset>> topic) => new()
        {
            Name = topic.Key,
            Partitions = [.. topic.Value.Select(partition => Told(partition.Key, partition.Value))],
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
