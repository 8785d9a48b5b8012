using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Groups;

/// <summary>
/// The partitions of the offsets topic, of one topic id at a time: when the topic was deleted, or made again, nothing
/// that was read of the former is true any more. Pure; the <see cref="GroupCoordinator"/> owns it.
/// </summary>
internal sealed class OffsetsPartitions
{
    private readonly Dictionary<int, OffsetsPartition> _partitions = [];
    private readonly Dictionary<long, int> _attempts = [];
    private TopicId _topic;

    /// <summary>Whether partitions wait to be read and nobody is at it.</summary>
    public bool NeedReading => _partitions.Values.Any(partition => partition.NeedsReading);

    /// <summary>Why partitions cannot be read, those of them that cannot.</summary>
    public ImmutableDictionary<int, string> Faults => _partitions.Where(partition => partition.Value.Fault is not null)
        .ToImmutableDictionary(partition => partition.Key, partition => partition.Value.Fault!);

    /// <summary>Takes up what the image says of the topic.</summary>
    /// <returns>Whether another topic, or none, has taken its place, so that every group is over.</returns>
    public bool Follow(MetadataImage image)
    {
        TopicImage? topic = image.Topic(OffsetsTopic.Name);
        TopicId id = topic?.Id ?? TopicId.None;
        bool isOther = id != _topic && _topic != TopicId.None;
        if (id != _topic) Clear();
        _topic = id;
        for (int partition = _partitions.Count; partition < topic?.Partitions.Count; partition++)
            _partitions.Add(partition, new OffsetsPartition());
        return isOther;
    }

    public void Clear()
    {
        _partitions.Clear();
        _attempts.Clear();
        _topic = TopicId.None;
    }

    public TopicIdPartition IdOf(int partition) => new(_topic, partition);

    /// <summary>The partition that the group is kept in; null while the topic is not there.</summary>
    /// <param name="image">May be ahead of what this has followed: then nothing of the group is known.</param>
    public OffsetsPartition? Find(string groupId, MetadataImage image, out int partition)
    {
        partition = -1;
        if (image.Topic(OffsetsTopic.Name) is not { } topic || topic.Id != _topic) return null;
        partition = OffsetsTopic.PartitionOf(groupId, topic.Partitions.Count);
        return _partitions.GetValueOrDefault(partition);
    }

    public OffsetsPartition? Of(int partition) => _partitions.GetValueOrDefault(partition);

    /// <summary>The partitions that an attempt should be made to read.</summary>
    public IReadOnlyList<int> ToRead() =>
        [.. _partitions.Where(partition => partition.Value.NeedsReading).Select(partition => partition.Key)];

    public void Begin(int partition, long attempt)
    {
        _attempts.Add(attempt, partition);
        _partitions[partition].Begin(attempt);
    }

    /// <summary>What failed may be tried again.</summary>
    public void Resume()
    {
        foreach (OffsetsPartition partition in _partitions.Values) partition.Resume();
    }

    /// <summary>Whose attempt it is; null for one that is over.</summary>
    public OffsetsPartition? InAttempt(long attempt, out int partition)
    {
        if (!_attempts.TryGetValue(attempt, out partition)) return null;
        OffsetsPartition found = _partitions[partition];
        if (found.Attempt == attempt) return found;
        _attempts.Remove(attempt);
        return null;
    }

    /// <summary>The attempt is over.</summary>
    public void End(long attempt) => _attempts.Remove(attempt);

    /// <summary>
    /// Whether every group there is can be listed. A partition that cannot be read is passed over: who asks for all
    /// groups shall not be kept waiting for one that nobody can serve.
    /// </summary>
    public bool AreListable => _partitions.Values.All(partition =>
        partition.IsServed ? !partition.HasFailedGroups : partition.Fault is not null);
}
