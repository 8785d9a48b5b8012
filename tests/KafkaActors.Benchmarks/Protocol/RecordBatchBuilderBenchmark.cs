using BenchmarkDotNet.Attributes;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Benchmarks.Protocol;

/// <summary>What does a producer pay to turn records into a batch of 16 KiB?</summary>
[MemoryDiagnoser]
public class RecordBatchBuilderBenchmark
{
    private readonly RecordBatchBuilder _builder = new(16 * 1024);
    private byte[] _value = SampleBatch.Value(100);

    [Params(10, 100, 1000)]
    public int ValueBytes { get; set; } = 100;

    [GlobalSetup]
    public void Setup() => _value = SampleBatch.Value(ValueBytes);

    [Benchmark]
    public byte[] Build()
    {
        ReadOnlyMemory<byte>? value = _value;
        while (_builder.TryAppend(1, key: null, value))
        {
            // Until it is full.
        }

        return _builder.Build();
    }
}
