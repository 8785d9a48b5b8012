namespace KafkaActors.Client.Producing;

/// <summary>A task for one record.</summary>
internal sealed class DeliverySource()
    : TaskCompletionSource<Delivery>(TaskCreationOptions.RunContinuationsAsynchronously), IDeliveryHandler
{
    public void OnDelivered(in Delivery delivery)
    {
        if (delivery.Error is null) TrySetResult(delivery);
        else TrySetException(delivery.Error);
    }
}
