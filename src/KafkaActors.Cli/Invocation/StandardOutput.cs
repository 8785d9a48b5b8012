using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Cli.Invocation;

/// <summary>
/// Opens standard output so that a closed pipe is noticed. The console's own stream swallows EPIPE, and
/// <c>console-consumer | head</c> would read the whole topic into nothing; a file stream over the same descriptor
/// throws. A regular file keeps the console's stream: a file stream writes at positions of its own there, and two
/// commands that share one output file would overwrite each other.
/// </summary>
internal static class StandardOutput
{
    private const int Descriptor = 1;

    public static Stream Open()
    {
        if (OperatingSystem.IsWindows()) return Console.OpenStandardOutput();
        var handle = new SafeFileHandle(Descriptor, ownsHandle: false);
        try
        {
            var stream = new FileStream(handle, FileAccess.Write, bufferSize: 0);
            return stream.CanSeek ? Console.OpenStandardOutput() : stream;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return Console.OpenStandardOutput();
        }
    }

    /// <summary>Whether an exception says that the reader of standard output has gone away.</summary>
    public static bool IsClosedPipe(Exception exception) =>
        exception is IOException && exception is not (FileNotFoundException or DirectoryNotFoundException)
        && exception.Message.Contains("pipe", StringComparison.OrdinalIgnoreCase);
}
