using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Storage.Files;

/// <summary>
/// Space for a file beyond its end, which its length does not show: appends then neither fragment it nor look for room.
/// Linux's own call; elsewhere, and where a file system cannot, nothing is reserved and nothing is lost.
/// </summary>
internal static partial class FileReservation
{
    private const int KeepSize = 1;

    public static void Reserve(SafeFileHandle handle, long bytes)
    {
        if (OperatingSystem.IsLinux()) _ = Allocate(handle, KeepSize, 0, bytes);
    }

    [LibraryImport("libc", EntryPoint = "fallocate64", SetLastError = true)]
    private static partial int Allocate(SafeFileHandle handle, int mode, long offset, long bytes);
}
