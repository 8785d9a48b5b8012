namespace KafkaActors.Interop.Tests.Exchange;

internal static class Codecs
{
    /// <summary>Kafka's, by the names that every client has for them.</summary>
    public static IReadOnlyList<string> All { get; } = ["none", "gzip", "snappy", "lz4", "zstd"];
}
