using KafkaActors.Client;
using KafkaActors.Client.Producing;

namespace KafkaActors.Cli.Producing;

/// <summary>Counts acknowledgements and keeps the first failure. Told by one thread, read by another.</summary>
internal sealed class DeliveryCount : IDeliveryHandler
{
    private long _acknowledged;
    private KafkaException? _firstError;

    public long Acknowledged => Interlocked.Read(ref _acknowledged);

    public KafkaException? FirstError => Volatile.Read(ref _firstError);

    public void OnDelivered(in Delivery delivery)
    {
        if (delivery.Error is { } error) Fail(error);
        else Interlocked.Increment(ref _acknowledged);
    }

    public void Fail(KafkaException error) => Interlocked.CompareExchange(ref _firstError, error, null);
}
