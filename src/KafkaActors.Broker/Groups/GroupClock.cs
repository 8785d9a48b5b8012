namespace KafkaActors.Broker.Groups;

/// <summary>Time since the Unix epoch that never goes back, whatever is done to the machine's clock.</summary>
internal sealed class GroupClock(TimeProvider clock)
{
    private readonly TimeSpan _startedAt = clock.GetUtcNow() - DateTimeOffset.UnixEpoch;
    private readonly long _startedStamp = clock.GetTimestamp();

    public TimeSpan Now => _startedAt + clock.GetElapsedTime(_startedStamp);
}
