using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Cluster.Tests.Neighbours;

/// <summary>Takes files out of the page cache, so that the next to read them waits for the disk.</summary>
internal static class EvictedFiles
{
    private const int DontNeed = 4;

    public static void Evict(string directory, string pattern)
    {
        if (!OperatingSystem.IsLinux()) return;
        foreach (string path in Directory.EnumerateFiles(directory, pattern, SearchOption.AllDirectories))
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            // Only what is written back can be forgotten.
            Assert.That(Synchronize(file), Is.Zero, path);
            Assert.That(Advise(file, 0, 0, DontNeed), Is.Zero, path);
        }
    }

    [DllImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronize(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "posix_fadvise", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(SafeFileHandle file, long offset, long length, int advice);
}
