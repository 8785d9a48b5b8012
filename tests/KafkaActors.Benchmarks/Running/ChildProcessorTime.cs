using System.Runtime.InteropServices;

namespace KafkaActors.Benchmarks.Running;

/// <summary>
/// Processor time of this process's children that have ended. A tool's own time can only be asked this way: once it
/// has ended, its entry in the process table is gone.
/// </summary>
internal static class ChildProcessorTime
{
    private const int Children = -1;

    /// <summary>The sum so far; take it before and after a child.</summary>
    public static TimeSpan Total()
    {
        if (!OperatingSystem.IsLinux()) return TimeSpan.Zero;
        Usage usage = default;
        return GetResourceUsage(Children, ref usage) == 0
            ? Of(usage.UserSeconds, usage.UserMicroseconds) + Of(usage.SystemSeconds, usage.SystemMicroseconds)
            : throw new InvalidOperationException($"getrusage: error {Marshal.GetLastPInvokeError()}");
    }

    private static TimeSpan Of(long seconds, long microseconds) =>
        TimeSpan.FromSeconds(seconds) + TimeSpan.FromMicroseconds(microseconds);

    [DllImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetResourceUsage(int who, ref Usage usage);

    // struct rusage on 64-bit Linux: two timevals and fourteen longs.
    [StructLayout(LayoutKind.Sequential, Size = 144)]
    private struct Usage
    {
        public long UserSeconds;
        public long UserMicroseconds;
        public long SystemSeconds;
        public long SystemMicroseconds;
    }
}
