using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Producing;

/// <summary>
/// One <see cref="ProducerProtocol.Send"/> or <see cref="ProducerProtocol.SendAll"/> until each of its records has an
/// outcome; then it is answered, once. A delivery's token is the record's index. Owned by the producer's actor.
/// </summary>
internal sealed class PendingSend(IActorRef replyTo, object? tag, int records, bool isSingle) : IDeliveryHandler
{
    private readonly Delivery?[] _deliveries = new Delivery?[records];
    private int _open = records;

    public void OnDelivered(in Delivery delivery)
    {
        if (_deliveries[delivery.Token] is not null) return;
        _deliveries[delivery.Token] = delivery;
        if (--_open == 0) Reply();
    }

    public void Fail(int index, in ProducerRecord record, KafkaException fault) => OnDelivered(
        new Delivery(new TopicPartition(record.Topic, record.Partition ?? -1), -1, -1, fault, index));

    public void Reply()
    {
        if (!isSingle)
        {
            Delivery[] deliveries = [.. _deliveries.Select(delivery => delivery.GetValueOrDefault())];
            replyTo.Tell(new ProducerProtocol.SentAll(tag, deliveries));
            return;
        }

        Delivery only = _deliveries[0].GetValueOrDefault();
        IClientReply reply = only.Error is { } fault
            ? new ProducerProtocol.Failed(tag, only.Partition, fault.Error, fault.Message)
            : new ProducerProtocol.Sent(tag, only.Partition, only.Offset, only.TimestampMs);
        replyTo.Tell(reply);
    }
}
