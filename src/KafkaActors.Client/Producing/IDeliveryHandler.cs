namespace KafkaActors.Client.Producing;

/// <summary>
/// Is told what became of each record it was sent with, once, in order for each partition. Called on the producer's own
/// thread: it must be quick and must not block or throw.
/// </summary>
public interface IDeliveryHandler
{
    void OnDelivered(in Delivery delivery);
}
