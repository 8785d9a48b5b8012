namespace KafkaActors.Broker.Groups;

/// <summary>
/// The time of groups. Sessions go by <see cref="Now"/>, which never goes back whatever is done to the machine's clock,
/// and stands still while the node does: a member is not given up because nobody could hear it. What is written in the
/// log, and kept for days, goes by everybody's clock.
/// </summary>
internal sealed class GroupClock(TimeProvider clock)
{
    private readonly TimeSpan _startedAt = clock.GetUtcNow() - DateTimeOffset.UnixEpoch;
    private readonly long _startedStamp = clock.GetTimestamp();

    public TimeSpan Now => _startedAt + clock.GetElapsedTime(_startedStamp);

    /// <summary>Since the Unix epoch, by everybody's clock.</summary>
    public TimeSpan Utc => clock.GetUtcNow() - DateTimeOffset.UnixEpoch;
}
