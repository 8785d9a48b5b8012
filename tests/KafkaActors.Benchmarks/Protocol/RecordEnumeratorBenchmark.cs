using BenchmarkDotNet.Attributes;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Benchmarks.Protocol;

/// <summary>What does a consumer pay to walk the records of a 16 KiB batch, by codec?</summary>
[MemoryDiagnoser]
public class RecordEnumeratorBenchmark
{
    private RecordBatch _batch;

    [Params(CompressionType.None, CompressionType.Gzip, CompressionType.Snappy, CompressionType.Lz4,
        CompressionType.Zstd)]
    public CompressionType Compression { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        byte[] bytes = SampleBatch.Of(16 * 1024, compression: Compression);
        if (!RecordBatch.TryRead(bytes, out _batch)) throw new InvalidOperationException("the sample is no batch");
    }

    [Benchmark]
    public long Walk()
    {
        long bytes = 0;
        foreach (RecordView record in new RecordEnumerator(_batch)) bytes += record.Value?.Length ?? 0;
        return bytes;
    }
}
