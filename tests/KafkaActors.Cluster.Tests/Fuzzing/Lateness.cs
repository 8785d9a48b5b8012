using System.Diagnostics;

namespace KafkaActors.Cluster.Tests.Fuzzing;

/// <summary>How late a timer of this process was at most.</summary>
internal sealed class Lateness : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private long _mostTicks;

    private Lateness() => _running = Task.Run(RunAsync);

    public TimeSpan Most => new(Volatile.Read(ref _mostTicks));

    public static Lateness Start() => new();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAny(_running);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Interval);
        long last = Stopwatch.GetTimestamp();
        while (await timer.WaitForNextTickAsync(_stop.Token))
        {
            long late = (Stopwatch.GetElapsedTime(last) - Interval).Ticks;
            last = Stopwatch.GetTimestamp();
            if (late > _mostTicks) Volatile.Write(ref _mostTicks, late);
        }
    }
}
