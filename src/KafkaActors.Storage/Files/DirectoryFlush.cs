using System.Runtime.InteropServices;

namespace KafkaActors.Storage.Files;

/// <summary>
/// fsync of a directory, which makes its created and renamed entries durable. .NET opens no directories, so this is
/// libc's own call; Windows has none and needs none (NTFS journals its metadata).
/// </summary>
internal static partial class DirectoryFlush
{
    private const int ReadOnly = 0;

    public static void Flush(string path)
    {
        if (OperatingSystem.IsWindows()) return;
        int descriptor = OpenDirectory(path, ReadOnly);
        if (descriptor < 0) throw Error("open", path);
        try
        {
            if (Synchronize(descriptor) != 0) throw Error("fsync", path);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Error(string call, string path) =>
        new($"{call} of directory {path} failed: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenDirectory(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
