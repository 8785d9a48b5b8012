using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// Hears of partitions that a group gives to its reader and takes from it. Called on the reader's behalf, while it
/// waits for records (<see cref="RecordConsumer.WaitToReadAsync"/>), one call after the other. Others wait for each: a
/// classic group as a whole, in a consumer group those who are to get the partitions.
/// </summary>
public interface IRebalanceListener
{
    /// <summary>These are read from now on, from where the group has committed. A seek counts.</summary>
    ValueTask PartitionsAssignedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) => default;

    /// <summary>
    /// These will be given to others when this returns. Nothing of them is read any more; what has been read can still
    /// be committed, and is, where <c>enable.auto.commit</c> is on.
    /// </summary>
    ValueTask PartitionsRevokedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) => default;

    /// <summary>
    /// These belong to others already, because the group took this member for dead: commits of them fail.
    /// </summary>
    ValueTask PartitionsLostAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken) => default;
}
