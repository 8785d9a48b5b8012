using System.Text;

namespace KafkaActors.Interop.Tests.Exchange;

/// <summary>The 10,000 lines of a real web server's log that the README pipes through a node.</summary>
internal static class AccessLog
{
    private const int MaxShownBytes = 200;

    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "data", "access.log");

    public static byte[] Bytes { get; } = File.ReadAllBytes(Path);

    /// <summary>Without their line feeds.</summary>
    public static IReadOnlyList<byte[]> Lines { get; } = Split(Bytes);

    /// <summary>These bytes are a range of the file's lines; says where they differ first.</summary>
    public static void AssertSame(ReadOnlySpan<byte> actual, Range lines)
    {
        byte[] expected = [.. Lines.Take(lines).SelectMany(line => (byte[])[.. line, (byte)'\n'])];
        int same = actual.CommonPrefixLength(expected);
        Assert.That(
            (actual.Length, same), Is.EqualTo((expected.Length, expected.Length)),
            $"from line {actual[..same].Count((byte)'\n')} on: "
            + Encoding.UTF8.GetString(actual.Slice(same, Math.Min(MaxShownBytes, actual.Length - same))));
    }

    private static byte[][] Split(byte[] bytes) =>
        [.. Encoding.Latin1.GetString(bytes).TrimEnd('\n').Split('\n').Select(Encoding.Latin1.GetBytes)];
}
