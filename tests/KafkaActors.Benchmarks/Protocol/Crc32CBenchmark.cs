using BenchmarkDotNet.Attributes;
using KafkaActors.Protocol;

namespace KafkaActors.Benchmarks.Protocol;

/// <summary>How fast is a batch's checksum?</summary>
[MemoryDiagnoser]
public class Crc32CBenchmark
{
    private byte[] _bytes = [];

    [Params(100, 1024, 16 * 1024, 1024 * 1024)]
    public int Bytes { get; set; } = 1024;

    [GlobalSetup]
    public void Setup()
    {
        _bytes = new byte[Bytes];
        new Random(1).NextBytes(_bytes);
    }

    [Benchmark]
    public uint Compute() => Crc32C.Compute(_bytes);
}
