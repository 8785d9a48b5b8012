using System.Text;

namespace KafkaActors.Storage.Files;

/// <summary>Reads and replaces small files whole. A reader finds the old content or the new, never a mixture.</summary>
public static class WholeFile
{
    public const string TemporarySuffix = ".tmp";

    public static byte[]? Read(IFileSystem files, string path)
    {
        if (!files.FileExists(path)) return null;
        using ILogFile file = files.Open(path);
        byte[] bytes = new byte[file.Length];
        int read = file.Read(bytes, 0);
        return read == bytes.Length ? bytes : bytes[..read];
    }

    /// <summary>Replaces the file; when <paramref name="durable"/>, it is on the disk on return.</summary>
    public static void Write(IFileSystem files, string path, ReadOnlySpan<byte> content, bool durable)
    {
        string temporary = path + TemporarySuffix;
        using (ILogFile file = files.OpenOrCreate(temporary))
        {
            file.SetLength(0);
            file.Write(content, 0);
            if (durable) file.Flush();
        }
        files.MoveFile(temporary, path);
        if (durable) files.FlushDirectory(Path.GetDirectoryName(path)!);
    }

    public static void WriteText(IFileSystem files, string path, string text, bool durable) =>
        Write(files, path, Encoding.UTF8.GetBytes(text), durable);
}
