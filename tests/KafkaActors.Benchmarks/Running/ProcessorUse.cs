using System.Diagnostics;

namespace KafkaActors.Benchmarks.Running;

/// <summary>
/// What a piece of work cost this process: time on the clock and time of all its threads on a processor.
/// </summary>
/// <param name="Kernel">The part of <paramref name="Processor"/> that was spent in the kernel.</param>
internal readonly record struct ProcessorUse(TimeSpan Elapsed, TimeSpan Processor, TimeSpan Kernel)
{
    public static ProcessorUse Of(Action work)
    {
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        TimeSpan kernelBefore = self.PrivilegedProcessorTime;
        long started = Stopwatch.GetTimestamp();
        work();
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        self.Refresh();
        return new ProcessorUse(
            elapsed, self.TotalProcessorTime - before, self.PrivilegedProcessorTime - kernelBefore);
    }

    /// <summary>Billions of bytes a second of processor time.</summary>
    public double GigabytesPerProcessorSecond(long bytes) => bytes / 1e9 / Math.Max(Processor.TotalSeconds, 1e-9);

    /// <summary>Billions of bytes a second on the clock.</summary>
    public double GigabytesPerSecond(long bytes) => bytes / 1e9 / Math.Max(Elapsed.TotalSeconds, 1e-9);
}
