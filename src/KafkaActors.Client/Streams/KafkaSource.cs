using Akka;
using Akka.Streams.Dsl;
using KafkaActors.Client.Consuming;

namespace KafkaActors.Client.Streams;

/// <summary>
/// Akka.Streams sources over a consumer. Demand drives the reading; one materialization at a time reads.
/// </summary>
public static class KafkaSource
{
    /// <summary>The records of the partitions assigned to the consumer; ends when the consumer is closed.</summary>
    public static Source<ConsumeResult<TKey, TValue>, NotUsed> From<TKey, TValue>(
        KafkaConsumer<TKey, TValue> consumer) => Source.From(() => consumer.ReadAllAsync());

    /// <inheritdoc cref="From{TKey,TValue}"/>
    public static Source<FetchedRecord, NotUsed> From(RecordConsumer consumer) =>
        Source.From(() => consumer.ReadAllAsync());
}
