using KafkaActors.Client.Producing;
using KafkaActors.Client.Serialization;

namespace KafkaActors.Client;

/// <summary>
/// Sends keys and values of the application's types; see <see cref="RecordProducer"/>. Any thread may use it.
/// </summary>
public sealed class KafkaProducer<TKey, TValue>(
    RecordProducer records, ISerializer<TKey> keySerializer, ISerializer<TValue> valueSerializer) : IAsyncDisposable
{
    /// <summary>The producer of bytes below.</summary>
    public RecordProducer Records => records;

    /// <summary>Sends one record and waits until it is stored as <c>acks</c> asks for.</summary>
    /// <exception cref="KafkaException">It was not stored, as far as is known; the error says why.</exception>
    public Task<Delivery> ProduceAsync(
        string topic, TKey key, TValue value, CancellationToken cancellationToken = default) =>
        records.ProduceAsync(Serialize(new Message<TKey, TValue>(topic, key, value)), cancellationToken);

    /// <inheritdoc cref="ProduceAsync(string,TKey,TValue,CancellationToken)"/>
    public Task<Delivery> ProduceAsync(
        Message<TKey, TValue> message, CancellationToken cancellationToken = default) =>
        records.ProduceAsync(Serialize(message), cancellationToken);

    /// <summary>Completes as soon as the record is in the buffer, and waits while that is full.</summary>
    /// <param name="handler">Is told what became of it; null: nobody is.</param>
    public ValueTask SendAsync(
        Message<TKey, TValue> message,
        IDeliveryHandler? handler = null,
        long token = 0,
        CancellationToken cancellationToken = default) =>
        records.SendAsync(Serialize(message), handler, token, cancellationToken);

    /// <summary>Completes when every record sent before is stored or has failed.</summary>
    public Task FlushAsync(CancellationToken cancellationToken = default) => records.FlushAsync(cancellationToken);

    public ValueTask DisposeAsync() => records.DisposeAsync();

    private ProducerRecord Serialize(in Message<TKey, TValue> message) =>
        new(
            message.Topic,
            keySerializer.Serialize(message.Topic, message.Key),
            valueSerializer.Serialize(message.Topic, message.Value))
        {
            Partition = message.Partition,
            TimestampMs = message.TimestampMs,
            Headers = message.Headers,
        };
}
