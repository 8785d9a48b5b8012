using Akka.Event;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Says in the node's log that clients ask for transactions, which have no coordinator here: most clients tell their
/// user no more than an error code. One line at the first request, and one at most a minute while more come. Any
/// thread.
/// </summary>
internal sealed class TransactionRefusals(ILoggingAdapter log, TimeProvider clock)
{
    public const string Reason =
        "Transactions are not supported yet: use a producer without a transactional id (transactional.id).";

    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long? _toldAt;
    private long _untold;

    public void Add(string clientHost)
    {
        long count;
        lock (_lock)
        {
            _untold++;
            if (_toldAt is { } told && clock.GetElapsedTime(told) < Interval) return;
            _toldAt = clock.GetTimestamp();
            count = _untold;
            _untold = 0;
        }

        log.Warning(
            "{0} requests with a transactional id refused, the last one from {1}. {2}", count, clientHost, Reason);
    }
}
