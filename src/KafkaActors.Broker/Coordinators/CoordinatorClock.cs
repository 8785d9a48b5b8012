namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// The time of coordinators. Sessions go by it: it never goes back whatever is done to the machine's clock, and stands
/// still while the node does, so that a member is not given up because nobody could hear it. What is written in the
/// log, and kept for days, goes by everybody's clock instead.
/// </summary>
internal sealed class CoordinatorClock(TimeProvider clock)
{
    private readonly TimeSpan _startedAt = clock.GetUtcNow() - DateTimeOffset.UnixEpoch;
    private readonly long _startedStamp = clock.GetTimestamp();

    /// <summary>Since the Unix epoch, as the machine's clock had it when this began.</summary>
    public TimeSpan Now => _startedAt + clock.GetElapsedTime(_startedStamp);
}
