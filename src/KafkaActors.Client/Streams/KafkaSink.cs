using Akka;
using Akka.Streams.Dsl;
using KafkaActors.Client.Producing;

namespace KafkaActors.Client.Streams;

/// <summary>Akka.Streams sinks and flows over a producer. At most so many records as are named are under way.</summary>
public static class KafkaSink
{
    private const int DefaultParallelism = 1000;

    /// <summary>Its task ends when every record is stored, and fails with the first that is not.</summary>
    public static Sink<Message<TKey, TValue>, Task<Done>> To<TKey, TValue>(
        KafkaProducer<TKey, TValue> producer, int parallelism = DefaultParallelism) =>
        Through(producer, parallelism).ToMaterialized(Sink.Ignore<Delivery>(), Keep.Right);

    /// <summary>Gives on, in the order of the records, where each was stored.</summary>
    public static Flow<Message<TKey, TValue>, Delivery, NotUsed> Through<TKey, TValue>(
        KafkaProducer<TKey, TValue> producer, int parallelism = DefaultParallelism) =>
        Flow.Create<Message<TKey, TValue>>().SelectAsync(parallelism, message => producer.ProduceAsync(message));
}
