using System.Collections;
using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// A set of partitions, immutable and equal by what it holds. Invariant: ordered by topic id and partition, without
/// duplicates, so that equal sets are written as equal records.
/// </summary>
public sealed class PartitionSet : IReadOnlyCollection<TopicIdPartition>, IEquatable<PartitionSet>
{
    private static readonly Comparer<TopicIdPartition> InOrder = Comparer<TopicIdPartition>.Create(Compare);

    private readonly ImmutableArray<TopicIdPartition> _partitions;

    private PartitionSet(ImmutableArray<TopicIdPartition> partitions) => _partitions = partitions;

    public static PartitionSet Empty { get; } = new([]);

    public int Count => _partitions.Length;

    public bool IsEmpty => _partitions.IsEmpty;

    /// <summary>The partitions of each topic, as messages and records list them.</summary>
    public IEnumerable<(TopicId TopicId, int[] Partitions)> ByTopic
    {
        get
        {
            int start = 0;
            while (start < _partitions.Length)
            {
                TopicId topic = _partitions[start].TopicId;
                int end = start + 1;
                while (end < _partitions.Length && _partitions[end].TopicId == topic) end++;
                yield return (topic, [.. _partitions[start..end].Select(partition => partition.Partition)]);
                start = end;
            }
        }
    }

    public static PartitionSet Of(params IEnumerable<TopicIdPartition> partitions)
    {
        ImmutableArray<TopicIdPartition> ordered = [.. partitions.Distinct().Order(InOrder)];
        return ordered.IsEmpty ? Empty : new PartitionSet(ordered);
    }

    /// <summary>The inverse of <see cref="ByTopic"/>, for lists in any order.</summary>
    public static PartitionSet OfTopics(IEnumerable<(TopicId TopicId, IReadOnlyList<int> Partitions)> topics) =>
        Of(topics.SelectMany(topic =>
            topic.Partitions.Select(partition => new TopicIdPartition(topic.TopicId, partition))));

    public bool Contains(TopicIdPartition partition) => _partitions.BinarySearch(partition, InOrder) >= 0;

    public bool Overlaps(PartitionSet other) => _partitions.Any(other.Contains);

    public bool IsSubsetOf(PartitionSet other) => _partitions.All(other.Contains);

    public PartitionSet Where(Func<TopicIdPartition, bool> isKept)
    {
        ImmutableArray<TopicIdPartition> kept = [.. _partitions.Where(isKept)];
        return kept.Length == Count ? this : kept.IsEmpty ? Empty : new PartitionSet(kept);
    }

    public PartitionSet Intersect(PartitionSet other) => Where(other.Contains);

    public PartitionSet Except(PartitionSet other) => Where(partition => !other.Contains(partition));

    public PartitionSet Union(PartitionSet other) =>
        other.IsEmpty ? this : IsEmpty ? other : Of(_partitions.Concat(other._partitions));

    public ImmutableArray<TopicIdPartition>.Enumerator GetEnumerator() => _partitions.GetEnumerator();

    IEnumerator<TopicIdPartition> IEnumerable<TopicIdPartition>.GetEnumerator() =>
        ((IEnumerable<TopicIdPartition>)_partitions).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)_partitions).GetEnumerator();

    public bool Equals(PartitionSet? other) =>
        other is not null && _partitions.AsSpan().SequenceEqual(other._partitions.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as PartitionSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (TopicIdPartition partition in _partitions) hash.Add(partition);
        return hash.ToHashCode();
    }

    public override string ToString() => $"{{{string.Join(", ", _partitions)}}}";

    private static int Compare(TopicIdPartition left, TopicIdPartition right)
    {
        int topics = left.TopicId.Value.CompareTo(right.TopicId.Value);
        return topics != 0 ? topics : left.Partition.CompareTo(right.Partition);
    }
}
