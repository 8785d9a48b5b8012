using BenchmarkDotNet.Attributes;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Benchmarks.Protocol;

/// <summary>What does a producer pay for a 16 KiB batch, by codec?</summary>
[MemoryDiagnoser]
public class CompressionBenchmark
{
    [Params(CompressionType.None, CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4,
        CompressionType.Zstd)]
    public CompressionType Compression { get; set; }

    [Benchmark]
    public int Build() => SampleBatch.Of(16 * 1024, compression: Compression).Length;
}
