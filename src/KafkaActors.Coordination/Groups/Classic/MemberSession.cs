namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>
/// How long a member may stay silent. Its owner is <see cref="SessionDeadlines"/>, which alone moves the deadline.
/// </summary>
internal sealed class MemberSession(string memberId)
{
    public string MemberId { get; } = memberId;

    /// <summary>When the session ends; <see cref="TimeSpan.MaxValue"/> once nobody waits for that.</summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.MaxValue;

    /// <summary>Where the queue holds the entry that counts; entries elsewhere are left-overs.</summary>
    public TimeSpan QueuedAt { get; set; } = TimeSpan.MaxValue;
}
