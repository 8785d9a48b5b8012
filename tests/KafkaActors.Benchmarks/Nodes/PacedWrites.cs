using System.Diagnostics;
using KafkaActors.Benchmarks.Running;
using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Benchmarks.Nodes;

/// <summary>
/// The control of <see cref="FlatBenchmark"/>: blocks of 16 KiB go to bare files of a gigabyte, at a given pace and
/// without a log. What changes here while data grows is the kernel's, not the node's.
/// </summary>
internal sealed class PacedWrites(WorkDirectory directory)
{
    private const int BlockBytes = 16 * 1024;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private int _files;

    /// <summary>Writes one new file, evenly over <paramref name="duration"/>.</summary>
    /// <returns>The processor time it took.</returns>
    public async Task<TimeSpan> Write(long bytes, TimeSpan duration)
    {
        using SafeFileHandle file = File.OpenHandle(
            directory.Combine($"bare-{++_files}"), FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        byte[] block = SampleBatch.Value(BlockBytes);
        int ticks = (int)Math.Max(1, duration / Tick);
        long blocks = bytes / BlockBytes;
        using Process self = Process.GetCurrentProcess();
        TimeSpan before = self.TotalProcessorTime;
        using PeriodicTimer timer = new(Tick);
        for (int tick = 0; tick < ticks; tick++)
        {
            WriteBetween(file, block, blocks * tick / ticks * BlockBytes, blocks * (tick + 1) / ticks * BlockBytes);
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        }

        self.Refresh();
        return self.TotalProcessorTime - before;
    }

    private static void WriteBetween(SafeFileHandle file, byte[] block, long from, long until)
    {
        for (long position = from; position < until; position += block.Length)
            RandomAccess.Write(file, block, position);
    }
}
