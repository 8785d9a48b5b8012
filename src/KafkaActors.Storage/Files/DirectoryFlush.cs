using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Storage.Files;

/// <summary>
/// fsync of a directory, which makes its created and renamed entries durable. .NET opens no directories, so it is
/// opened by libc's own call; Windows has none and needs none (NTFS journals its metadata).
/// </summary>
internal static partial class DirectoryFlush
{
    private const int ReadOnly = 0;

    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        int descriptor = OpenDirectory(path, ReadOnly);
        if (descriptor < 0)
            throw new IOException($"open of directory {path} failed: {Marshal.GetLastPInvokeErrorMessage()}");
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        FileFlush.Flush(handle, path);
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDirectory(string path, int flags);
}
