using KafkaActors.Network;

namespace KafkaActors.Client.Cluster;

/// <summary>Pauses that double with each failure, up to a limit, and start again after a success.</summary>
internal sealed class Backoff(TimeSpan first, TimeSpan most)
{
    private int _failures;

    public TimeSpan Next() => After(_failures++);

    public void Reset() => _failures = 0;

    /// <summary>The pause after so many earlier failures.</summary>
    public TimeSpan After(int failures) => ReconnectBackoff.PauseAfter(failures, first, most);
}
