using System.Net;
using System.Net.Sockets;
using Akka.Event;
using ProtocolViolationException = KafkaActors.Protocol.Wire.ProtocolViolationException;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// Says why connections end: a client that leaves is no news; one that is not understood, or is in others' way, is told
/// to whoever debugs it, a few of them between two sweeps of the <see cref="KafkaDoor"/>, and to everybody as a number
/// at the sweep. A fault of ours is an error with all that is known of it, as long as it is not the same all over
/// again. So a client that comes again and again with nonsense fills no disk.
/// </summary>
internal sealed class ConnectionLog(ILoggingAdapter log)
{
    private const long MostToldBetweenSweeps = 5;

    private readonly ReasonCounts _reasons = new();
    private long _told;
    private long _errors;

    public void Ended(IPEndPoint? client, Exception cause)
    {
        switch (cause)
        {
            case SocketException or ObjectDisposedException or OperationCanceledException:
                log.Debug("Kafka client {0} is gone: {1}", client, cause.Message);
                break;
            case ProtocolViolationException or TimeoutException:
                Count(client, "was cut off", cause.Message);
                break;
            default:
                if (Interlocked.Increment(ref _errors) <= MostToldBetweenSweeps)
                    log.Error(cause, "Kafka client {0} was cut off: a request of its failed", client);
                else
                    _reasons.Add($"a request failed: {cause.Message}");
                break;
        }
    }

    /// <summary>Nothing was heard of it for so long: no mistake of anybody's.</summary>
    public void Idle(IPEndPoint? client) =>
        log.Debug("Kafka client {0} was silent for connections.max.idle.ms and is let go", client);

    public void Full(IPEndPoint? client, string limit) => Count(client, "was turned away", limit);

    public void CannotAccept(string listener, SocketException cause) =>
        _reasons.Add($"listener {listener} could not accept: {cause.Message}");

    public void Sweep()
    {
        Interlocked.Exchange(ref _told, 0);
        Interlocked.Exchange(ref _errors, 0);
        (long count, string reasons) = _reasons.Take();
        if (count > 0) log.Warning("{0} Kafka clients were cut off or turned away: {1}", count, reasons);
    }

    private void Count(IPEndPoint? client, string what, string why)
    {
        _reasons.Add(why);
        if (Interlocked.Increment(ref _told) <= MostToldBetweenSweeps)
            log.Info("Kafka client {0} {1}: {2}", client, what, why);
    }
}
