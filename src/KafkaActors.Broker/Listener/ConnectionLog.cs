using System.Net;
using System.Net.Sockets;
using Akka.Event;
using ProtocolViolationException = KafkaActors.Protocol.Wire.ProtocolViolationException;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// Says why connections end: a client that leaves is no news, one that is not understood is told to whoever debugs it,
/// a fault of ours is an error.
/// </summary>
internal sealed class ConnectionLog(ILoggingAdapter log)
{
    public void Ended(IPEndPoint? client, Exception cause)
    {
        switch (cause)
        {
            case SocketException or ObjectDisposedException:
                log.Debug("Kafka client {0} is gone: {1}", client, cause.Message);
                break;
            case ProtocolViolationException or TimeoutException:
                log.Info("Kafka client {0} was cut off: {1}", client, cause.Message);
                break;
            default:
                log.Error(cause, "Kafka client {0} was cut off: a request of its failed", client);
                break;
        }
    }

    public void Full(IPEndPoint? client, int limit) =>
        log.Warning("Kafka client {0} was turned away: max.connections = {1} are open", client, limit);

    public void CannotAccept(string listener, Exception cause) =>
        log.Error(cause, "Listener {0} could not accept a client; it goes on", listener);
}
