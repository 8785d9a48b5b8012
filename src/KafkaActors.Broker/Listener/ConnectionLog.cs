using System.Net;
using System.Net.Sockets;
using Akka.Event;
using ProtocolViolationException = KafkaActors.Protocol.Wire.ProtocolViolationException;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// Says why connections end: a client that leaves is no news, one that is not understood is told to whoever debugs it,
/// a fault of ours is an error. A client that comes again and again with nonsense fills no disk: of what clients do,
/// only so much is told in a second.
/// </summary>
internal sealed class ConnectionLog(ILoggingAdapter log, TimeProvider clock)
{
    private const int MostInInterval = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long _since = clock.GetTimestamp();
    private long _told;

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

    private bool MayTell()
    {
        long leftOut = 0;
        lock (_lock)
        {
            if (clock.GetElapsedTime(_since) > Interval)
            {
                leftOut = _told - MostInInterval;
                (_since, _told) = (clock.GetTimestamp(), 0);
            }

            if (++_told > MostInInterval) return false;
        }

        if (leftOut > 0) log.Info("{0} more Kafka clients were cut off or turned away", leftOut);
        return true;
    }
}
