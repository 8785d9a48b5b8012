using Microsoft.Win32.SafeHandles;

namespace KafkaActors.Storage.Files;

/// <summary>
/// One open file, read and written by position. Owned by whoever opened it; safe for concurrent calls.
/// </summary>
public interface ILogFile : IDisposable
{
    /// <summary>The operating system's handle, for sending a range without copying it.</summary>
    SafeFileHandle Handle { get; }

    long Length { get; }

    /// <summary>Fills <paramref name="destination"/> as far as the file has bytes; the number read.</summary>
    int Read(Span<byte> destination, long position);

    void Write(ReadOnlySpan<byte> source, long position);

    void SetLength(long length);

    /// <summary>
    /// Asks for the space of so many bytes without changing the length; <see cref="SetLength"/> gives back what lies
    /// beyond it. A system that cannot does nothing.
    /// </summary>
    void Reserve(long bytes)
    {
    }

    /// <summary>
    /// Returns once everything written is on the disk (fsync). An <see cref="IOException"/> means that some of it may
    /// be lost for good: to call it again proves nothing.
    /// </summary>
    void Flush();
}
