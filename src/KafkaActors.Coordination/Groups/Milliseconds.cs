namespace KafkaActors.Coordination.Groups;

/// <summary>Times as the log holds them: whole milliseconds, since the Unix epoch or of a duration.</summary>
internal static class Milliseconds
{
    public static long ToMilliseconds(this TimeSpan time) => time.Ticks / TimeSpan.TicksPerMillisecond;
}
