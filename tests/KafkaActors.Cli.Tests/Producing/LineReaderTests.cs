using System.Text;
using KafkaActors.Cli.Producing;

namespace KafkaActors.Cli.Tests.Producing;

internal sealed class LineReaderTests
{
    [Test]
    public async Task Bytes_between_line_feeds_are_lines_whatever_they_are(
        [Values("", "a", "a\n", "a\nb", "\n", "\n\n", "a\r\nb\r\n", "\r", "a\n\nb\n", "ä\u0000\n\u00ff")] string text,
        [Values(1, 2, 3, 64)] int blockBytes)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        string[] expected = text.Split('\n');
        if (expected[^1].Length == 0) expected = expected[..^1];

        Assert.That(await ReadAllAsync(bytes, blockBytes), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_line_longer_than_a_block_stays_whole()
    {
        string line = new('x', 100_000);

        byte[] bytes = Encoding.Latin1.GetBytes($"a\n{line}\nb");

        Assert.That(await ReadAllAsync(bytes, 64), Is.EqualTo(new[] { "a", line, "b" }));
    }

    [Test]
    public async Task Many_lines_pass_through_a_small_block()
    {
        string[] expected = [.. Enumerable.Range(0, 5000).Select(i => $"line {i}")];
        byte[] bytes = Encoding.Latin1.GetBytes(string.Join('\n', expected));

        Assert.That(await ReadAllAsync(bytes, 100), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_read_that_gives_few_bytes_does_not_end_a_line()
    {
        var reader = new LineReader(new TricklingStream("one\ntwo\n"u8.ToArray()));
        var lines = new List<string>();
        while (!reader.HasEnded)
        {
            await reader.FillAsync(CancellationToken.None);
            while (reader.TryRead(out ReadOnlyMemory<byte> line)) lines.Add(Encoding.Latin1.GetString(line.Span));
        }

        Assert.That(lines, Is.EqualTo(new[] { "one", "two" }));
    }

    private static async Task<List<string>> ReadAllAsync(byte[] bytes, int blockBytes)
    {
        using var source = new MemoryStream(bytes);
        var reader = new LineReader(source, blockBytes);
        var lines = new List<string>();
        while (!reader.HasEnded)
        {
            await reader.FillAsync(CancellationToken.None);
            while (reader.TryRead(out ReadOnlyMemory<byte> line)) lines.Add(Encoding.Latin1.GetString(line.Span));
        }

        return lines;
    }

    private sealed class TricklingStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(1, buffer.Length)], cancellationToken);
    }
}
