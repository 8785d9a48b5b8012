using System.Globalization;
using Akka.Event;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Says how far a start has come that takes long, because the node was not stopped in order and checks what may not
/// have reached the disk. At WARN, so that a person who waits sees it. Owned by the <see cref="ReplicaManager"/>.
/// </summary>
internal sealed class RecoveryReporting(LogDirectories directories, TimeProvider clock, ILoggingAdapter log)
{
    private const double Megabyte = 1_000_000;

    /// <summary>A start that is quicker says nothing.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly long _startedAt = clock.GetTimestamp();
    private long _saidAt = clock.GetTimestamp();
    private bool _hasSaid;

    /// <summary>What has to be checked in all; null while nobody has looked.</summary>
    public long? BytesToCheck { get; set; }

    public void Tick(int open, int left)
    {
        if (clock.GetElapsedTime(_saidAt) < Interval) return;
        _saidAt = clock.GetTimestamp();
        _hasSaid = true;
        log.Warning(
            "Recovering for {0}: {1} of {2} logs open, {3} checked.", Seconds(), open, open + left, Megabytes());
    }

    public void End(int open)
    {
        if (!_hasSaid) return;
        _hasSaid = false;
        log.Warning("Recovered in {0}: {1} logs open, {2} checked.", Seconds(), open, Megabytes());
    }

    private string Seconds() =>
        string.Create(CultureInfo.InvariantCulture, $"{clock.GetElapsedTime(_startedAt).TotalSeconds:0.#} s");

    private string Megabytes()
    {
        double done = directories.BytesChecked / Megabyte;
        return BytesToCheck is { } all
            ? string.Create(CultureInfo.InvariantCulture, $"{done:N0} of {Math.Max(done, all / Megabyte):N0} MB")
            : string.Create(CultureInfo.InvariantCulture, $"{done:N0} MB");
    }
}
