using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Storage.Files;

/// <summary>
/// Brings a file, or a directory, to the disk, and reports when the disk refuses. The operating system's own call:
/// .NET's (RandomAccess.FlushToDisk, FileStream.Flush) leaves out EIO, the one answer that says that bytes are lost.
/// A failed call must not be repeated for the same bytes: the kernel has dropped them, and the next call succeeds.
/// </summary>
internal static partial class FileFlush
{
    private const int Interrupted = 4;

    /// <summary>macOS: fsync leaves the bytes in the drive's cache, this does not.</summary>
    private const int FullSynchronize = 51;

    /// <exception cref="IOException">The disk did not take the bytes; the message names the file.</exception>
    public static void Flush(SafeFileHandle handle, string path)
    {
        if (OperatingSystem.IsWindows())
        {
            if (!FlushFileBuffers(handle)) throw Error("FlushFileBuffers", path, Marshal.GetLastPInvokeError());
            return;
        }
        // A file system that cannot do it says so; fsync is then all there is.
        bool isDone = OperatingSystem.IsMacOS() && Repeat(() => Control(handle, FullSynchronize)) == 0;
        if (isDone) return;
        int error = Repeat(() => Synchronize(handle));
        if (error != 0) throw Error("fsync", path, error);
    }

    /// <summary>0, or the error number. A signal ends the call early, before it has an answer.</summary>
    private static int Repeat(Func<int> call)
    {
        while (call() < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted) return error;
        }
        return 0;
    }

    /// <summary>
    /// With the number where .NET's own exceptions have it: a full disk is told from a broken one by it.
    /// </summary>
    private static IOException Error(string call, string path, int error) => new(
        $"{call} of {path} failed: {Marshal.GetPInvokeErrorMessage(error)}",
        OperatingSystem.IsWindows() ? unchecked((int)0x80070000) | error : error);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(SafeFileHandle file, int command);

    [LibraryImport("kernel32", EntryPoint = "FlushFileBuffers", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushFileBuffers(SafeFileHandle file);
}
