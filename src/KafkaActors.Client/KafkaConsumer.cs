using System.Runtime.CompilerServices;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Serialization;
using KafkaActors.Protocol;

namespace KafkaActors.Client;

/// <summary>
/// Reads keys and values of the application's types; see <see cref="RecordConsumer"/>. One reader at a time.
/// </summary>
public sealed class KafkaConsumer<TKey, TValue>(
    RecordConsumer records, IDeserializer<TKey> keyDeserializer, IDeserializer<TValue> valueDeserializer)
    : IAsyncDisposable
{
    /// <summary>The consumer of bytes below: assignment, seeking, pausing, positions, lags.</summary>
    public RecordConsumer Records => records;

    /// <inheritdoc cref="RecordConsumer.Subscribe"/>
    public void Subscribe(TopicSubscription topics, IRebalanceListener? listener = null) =>
        records.Subscribe(topics, listener);

    /// <inheritdoc cref="RecordConsumer.Unsubscribe"/>
    public void Unsubscribe() => records.Unsubscribe();

    /// <inheritdoc cref="RecordConsumer.CommitAsync(CancellationToken)"/>
    public Task CommitAsync(CancellationToken cancellationToken = default) => records.CommitAsync(cancellationToken);

    /// <inheritdoc
    /// cref="RecordConsumer.CommitAsync(IReadOnlyDictionary{TopicPartition,OffsetAndMetadata},CancellationToken)"/>
    public Task CommitAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets,
        CancellationToken cancellationToken = default) => records.CommitAsync(offsets, cancellationToken);

    /// <summary>Reads these partitions and no others; ends a subscription.</summary>
    public void Assign(params IReadOnlyCollection<TopicPartitionStart> partitions) => records.Assign(partitions);

    public void Seek(TopicPartition partition, StartOffset start) => records.Seek(partition, start);

    public void Pause(TopicPartition partition) => records.Pause(partition);

    public void Resume(TopicPartition partition) => records.Resume(partition);

    /// <summary>The offset after the last record read; -1 while it is being looked up.</summary>
    public long Position(TopicPartition partition) => records.Position(partition);

    /// <summary>The next record, if it is here already.</summary>
    /// <exception cref="KafkaException">A partition, or this record, cannot be read; the error says why.</exception>
    public bool TryRead(out ConsumeResult<TKey, TValue> result)
    {
        bool read = records.TryRead(out FetchedRecord record);
        result = read ? Deserialize(record) : default;
        return read;
    }

    /// <summary>
    /// Records until cancelled or closed. They are fetched as they are asked for, and a bounded amount ahead.
    /// </summary>
    /// <inheritdoc cref="TryRead"/>
    public async IAsyncEnumerable<ConsumeResult<TKey, TValue>> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await records.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (records.TryRead(out FetchedRecord record)) yield return Deserialize(record);
        }
    }

    public ValueTask DisposeAsync() => records.DisposeAsync();

    private ConsumeResult<TKey, TValue> Deserialize(in FetchedRecord record)
    {
        string topic = record.Partition.Topic;
        return new ConsumeResult<TKey, TValue>(
            record.Partition,
            record.TimestampType,
            record.Record,
            keyDeserializer.Deserialize(topic, record.Record.Key),
            valueDeserializer.Deserialize(topic, record.Record.Value));
    }
}
