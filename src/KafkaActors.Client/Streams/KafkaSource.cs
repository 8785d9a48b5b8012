using System.Runtime.CompilerServices;
using Akka;
using Akka.Streams.Dsl;
using KafkaActors.Client.Consuming;

namespace KafkaActors.Client.Streams;

/// <summary>
/// Akka.Streams sources over a consumer. Demand drives the reading; one materialization at a time reads.
/// </summary>
public static class KafkaSource
{
    /// <summary>
    /// The records of the partitions assigned to the consumer, by itself or by its group; ends when the consumer is
    /// closed.
    /// </summary>
    public static Source<ConsumeResult<TKey, TValue>, NotUsed> From<TKey, TValue>(
        KafkaConsumer<TKey, TValue> consumer) => Source.From(() => consumer.ReadAllAsync());

    /// <inheritdoc cref="From{TKey,TValue}"/>
    public static Source<FetchedRecord, NotUsed> From(RecordConsumer consumer) =>
        Source.From(() => consumer.ReadAllAsync());

    /// <summary>
    /// The share of a new consumer in what its group reads: each materialization joins the group and leaves it when it
    /// ends. A record counts as done with when the stream asks for the next one, which a stage that works on several at
    /// a time does early: such a stream commits by itself, over <see cref="From{TKey,TValue}"/>.
    /// </summary>
    public static Source<ConsumeResult<TKey, TValue>, NotUsed> Subscribe<TKey, TValue>(
        Func<KafkaConsumer<TKey, TValue>> createConsumer,
        TopicSubscription topics,
        IRebalanceListener? listener = null) =>
        Source.From(() => ReadAsync(createConsumer, topics, listener));

    private static async IAsyncEnumerable<ConsumeResult<TKey, TValue>> ReadAsync<TKey, TValue>(
        Func<KafkaConsumer<TKey, TValue>> createConsumer,
        TopicSubscription topics,
        IRebalanceListener? listener,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using KafkaConsumer<TKey, TValue> consumer = createConsumer();
        consumer.Subscribe(topics, listener);
        IAsyncEnumerable<ConsumeResult<TKey, TValue>> records = consumer.ReadAllAsync(cancellationToken);
        await foreach (ConsumeResult<TKey, TValue> record in records.ConfigureAwait(false)) yield return record;
    }
}
