namespace KafkaActors.Broker.Hosting;

/// <summary>
/// Decides when a process of our own gives memory back. The collector collects when something is allocated: after a
/// flood, when nothing is, it keeps what the flood took. So a process that has grown and is not busy collects once.
/// Pure; asked at each look.
/// </summary>
/// <param name="residentBytes">
/// What the process has in memory at its start: a flood may come before the first look.
/// </param>
internal sealed class MemoryReturn(TimeProvider clock, long residentBytes)
{
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    /// <summary>Between two collections, when a flood comes again.</summary>
    public static readonly TimeSpan LeastWait = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Between two collections of a node that always grows a little again: each stops it for a tenth of a second or
    /// two. The wait doubles up to this.
    /// </summary>
    public static readonly TimeSpan MostWait = TimeSpan.FromMinutes(10);

    public const long GrowthBytes = 32 * 1024 * 1024;

    /// <summary>Growth that no ordinary work explains.</summary>
    public const long FloodBytes = 128 * 1024 * 1024;

    /// <summary>Allocated between two looks: more, and the collector is at work anyway.</summary>
    public const long BusyBytes = 256 * 1024 * 1024;

    private readonly long _start = clock.GetTimestamp();
    private TimeSpan _wait = LeastWait;
    private TimeSpan _collectedAt = TimeSpan.MinValue;
    private long _allocated;
    private long _floor = residentBytes;

    private TimeSpan Now => clock.GetElapsedTime(_start);

    /// <param name="resident">What the process has in memory, in bytes.</param>
    /// <param name="allocatedBytes">What it has allocated since its start.</param>
    /// <returns>Whether to collect now, and then to call <see cref="Collected"/>.</returns>
    public bool IsDue(long resident, long allocatedBytes)
    {
        bool isBusy = allocatedBytes - _allocated > BusyBytes;
        _allocated = allocatedBytes;
        _floor = Math.Min(_floor, resident);
        bool hasGrown = resident - _floor > GrowthBytes;
        if (resident - _floor > FloodBytes) _wait = LeastWait;
        bool hasWaited = _collectedAt == TimeSpan.MinValue || Now - _collectedAt >= _wait;
        return hasGrown && hasWaited && !isBusy;
    }

    public void Collected(long resident)
    {
        _floor = resident;
        if (_collectedAt != TimeSpan.MinValue) _wait = 2 * _wait < MostWait ? 2 * _wait : MostWait;
        _collectedAt = Now;
    }
}
