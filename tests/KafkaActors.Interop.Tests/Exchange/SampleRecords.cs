using System.Text;

namespace KafkaActors.Interop.Tests.Exchange;

/// <summary>
/// Records that are easily spoilt on their way: empty and missing keys and values, every byte, text that is not ASCII,
/// headers that repeat, times that go back, and one that is worth compressing. No two times are further apart than
/// 2^31 ms: @platformatic/kafka 2.12 writes a larger step back wrongly.
/// </summary>
internal static class SampleRecords
{
    private const long Time = 1_432_155_934_567;

    public static IReadOnlyList<ClientRecord> Of(int partition, string codec) =>
        [.. Plain.Select(record => record with { Partition = partition, Codec = codec })];

    private static string Repetitive { get; } = string.Concat(Enumerable.Repeat("0123456789abcdef", 8192));

    private static byte[] EveryByte { get; } = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

    private static IReadOnlyList<ClientRecord> Plain { get; } =
    [
        new() { Timestamp = Time, Key = Text("key"), Value = Text("value") },
        new() { Timestamp = Time + 1, Value = Text("no key") },
        new() { Timestamp = Time + 1, Key = Text("tombstone") },
        new() { Timestamp = Time, Key = [], Value = [] },
        new() { Timestamp = Time - 86_400_000, Key = EveryByte, Value = [.. EveryByte.Reverse()] },
        new() { Timestamp = Time - 2_000_000_000, Key = Text("clé"), Value = Text("π ≈ 3,14159 日本語 🙂\r\n\0") },
        new()
        {
            Timestamp = Time + 2,
            Value = Text("with headers"),
            Headers =
            [
                new("trace", Text("0af7651916cd43dd8448eb211c80319c")), new("bytes", EveryByte), new("empty", []),
                new("twice", Text("first")), new("twice", Text("second")), new("größe", Text("ü")),
            ],
        },
        new() { Timestamp = Time + 3, Key = Text("large"), Value = Text(Repetitive) },
    ];

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
