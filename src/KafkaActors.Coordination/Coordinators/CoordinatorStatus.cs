using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Coordinators;

/// <summary>How far a coordinator is with its topic. Immutable.</summary>
/// <param name="LoadedIn">
/// The time from its start until every partition served or was found to be unreadable; null until then.
/// </param>
public sealed record CoordinatorStatus(
    string Topic, CoordinatorEpoch Epoch, ImmutableArray<CoordinatedPartitionStatus> Partitions, TimeSpan? LoadedIn)
{
    public int Loaded => Partitions.Count(partition => partition.State == CoordinatedPartitionState.Serving);

    /// <summary>Read from the partitions that are loaded.</summary>
    public long Records => Partitions.Sum(partition => (long)partition.Records);

    public long Keys => Partitions.Sum(partition => (long)partition.Keys);

    /// <summary>Nothing is being loaded for the first time any more.</summary>
    public bool IsSettled => Partitions.All(partition =>
        partition.State is CoordinatedPartitionState.Serving or CoordinatedPartitionState.Failed);

    /// <summary>None of the topic's partitions is known yet.</summary>
    public static CoordinatorStatus Starting(string topic, CoordinatorEpoch epoch) => new(topic, epoch, [], null);

    /// <summary>With the partition as it is now; the first that follows the last is new.</summary>
    public CoordinatorStatus With(int partition, CoordinatedPartitionStatus status) => this with
    {
        Partitions = partition < Partitions.Length
            ? Partitions.SetItem(partition, status)
            : Partitions.Add(status),
    };
}
