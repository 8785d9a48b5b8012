namespace KafkaActors.Coordination.Bootstrap;

/// <summary>An answer, and when the question was sent.</summary>
internal sealed record Heard(NodeStanding Standing, TimeSpan AskedAt)
{
    public bool IsFresh(TimeSpan now, TimeSpan limit) => now - AskedAt <= limit;
}
