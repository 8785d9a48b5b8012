namespace KafkaActors.Benchmarks.Running;

/// <summary>Time in which the one who is measured does what it does, and this process nothing.</summary>
internal static class Pause
{
    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(1);

    public static async Task For(TimeSpan time)
    {
        using PeriodicTimer timer = new(time > Least ? time : Least);
        await timer.WaitForNextTickAsync().ConfigureAwait(false);
    }
}
