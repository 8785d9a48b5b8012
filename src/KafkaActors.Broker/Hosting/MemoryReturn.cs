namespace KafkaActors.Broker.Hosting;

/// <summary>
/// Decides when a process of our own gives memory back. The collector collects when something is allocated: after a
/// flood, when nothing is, it keeps what the flood took. So a process that has grown and is not busy collects once.
/// Pure; asked at each look.
/// </summary>
internal sealed class MemoryReturn(TimeProvider clock)
{
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    /// <summary>Between two collections, if what they freed is taken again.</summary>
    public static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(15);

    public const long GrowthBytes = 32 * 1024 * 1024;

    /// <summary>Allocated between two looks: more, and the collector is at work anyway.</summary>
    public const long BusyBytes = 256 * 1024 * 1024;

    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _collectedAt = TimeSpan.MinValue;
    private long _allocated;
    private long _floor = long.MaxValue;

    private TimeSpan Now => clock.GetElapsedTime(_start);

    /// <param name="residentBytes">What the process has in memory.</param>
    /// <param name="allocatedBytes">What it has allocated since its start.</param>
    /// <returns>Whether to collect now, and then to call <see cref="Collected"/>.</returns>
    public bool IsDue(long residentBytes, long allocatedBytes)
    {
        bool isBusy = allocatedBytes - _allocated > BusyBytes;
        _allocated = allocatedBytes;
        _floor = Math.Min(_floor, residentBytes);
        bool hasGrown = residentBytes - _floor > GrowthBytes;
        bool hasWaited = _collectedAt == TimeSpan.MinValue || Now - _collectedAt >= LeastWait;
        return hasGrown && hasWaited && !isBusy;
    }

    public void Collected(long residentBytes)
    {
        _floor = residentBytes;
        _collectedAt = Now;
    }
}
