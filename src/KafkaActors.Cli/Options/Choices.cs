using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Cli.Options;

/// <summary>The words that Kafka's tools use for values of the protocol.</summary>
internal static class Choices
{
    public static readonly IReadOnlyDictionary<string, CompressionType> Compression =
        new Dictionary<string, CompressionType>(StringComparer.Ordinal)
        {
            ["none"] = CompressionType.None,
            ["gzip"] = CompressionType.Gzip,
            ["snappy"] = CompressionType.Snappy,
            ["lz4"] = CompressionType.Lz4,
            ["zstd"] = CompressionType.Zstd,
        };

    public static readonly IReadOnlyDictionary<string, Acks> Acknowledgements =
        new Dictionary<string, Acks>(StringComparer.Ordinal)
        {
            ["0"] = Acks.None,
            ["1"] = Acks.Leader,
            ["all"] = Acks.All,
            ["-1"] = Acks.All,
        };

    public static readonly IReadOnlyDictionary<string, IsolationLevel> Isolation =
        new Dictionary<string, IsolationLevel>(StringComparer.Ordinal)
        {
            ["read_uncommitted"] = IsolationLevel.ReadUncommitted,
            ["read_committed"] = IsolationLevel.ReadCommitted,
        };
}
