using System.Text;

namespace KafkaActors.Interop.Tests.Exchange;

/// <summary>The 10,000 lines of a real web server's log that the README pipes through a node.</summary>
internal static class AccessLog
{
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "data", "access.log");

    public static byte[] Bytes { get; } = File.ReadAllBytes(Path);

    /// <summary>Without their line feeds.</summary>
    public static IReadOnlyList<byte[]> Lines { get; } = Split(Bytes);

    /// <summary>A range of lines as the file has them.</summary>
    public static byte[] Text(Range lines) =>
        [.. Lines.Take(lines).SelectMany(line => (byte[])[.. line, (byte)'\n'])];

    private static byte[][] Split(byte[] bytes) =>
        [.. Encoding.Latin1.GetString(bytes).TrimEnd('\n').Split('\n').Select(Encoding.Latin1.GetBytes)];
}
