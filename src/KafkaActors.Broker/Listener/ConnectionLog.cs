using System.Net;
using System.Net.Sockets;
using Akka.Event;
using ProtocolViolationException = KafkaActors.Protocol.Wire.ProtocolViolationException;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// Says why connections end: a client that leaves is no news, one that is not understood is told to whoever debugs it,
/// a fault of ours is an error. A client that comes again and again with nonsense fills no disk: of what clients do,
/// only so much is told between two sweeps of the <see cref="KafkaDoor"/>, and of the rest how much it was.
/// </summary>
internal sealed class ConnectionLog(ILoggingAdapter log)
{
    private const long MostBetweenSweeps = 50;

    private long _toTell;

    public void Ended(IPEndPoint? client, Exception cause)
    {
        switch (cause)
        {
            case SocketException or ObjectDisposedException:
                log.Debug("Kafka client {0} is gone: {1}", client, cause.Message);
                break;
            case ProtocolViolationException or TimeoutException:
                if (MayTell()) log.Info("Kafka client {0} was cut off: {1}", client, cause.Message);
                break;
            default:
                log.Error(cause, "Kafka client {0} was cut off: a request of its failed", client);
                break;
        }
    }

    public void Full(IPEndPoint? client, int limit)
    {
        if (MayTell()) log.Warning("Kafka client {0} was turned away: max.connections = {1} are open", client, limit);
    }

    public void CannotAccept(string listener, Exception cause) =>
        log.Error(cause, "Listener {0} could not accept a client; it goes on", listener);

    public void Sweep()
    {
        long leftOut = Interlocked.Exchange(ref _toTell, 0) - MostBetweenSweeps;
        if (leftOut > 0) log.Info("{0} more Kafka clients were cut off or turned away", leftOut);
    }

    private bool MayTell() => Interlocked.Increment(ref _toTell) <= MostBetweenSweeps;
}
