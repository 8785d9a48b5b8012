using Akka.Actor;
using Akka.Serialization;
using BenchmarkDotNet.Attributes;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Messages;

namespace KafkaActors.Benchmarks.Messages;

/// <summary>What does a part of a produce request pay for its serializer, once on each side?</summary>
[MemoryDiagnoser]
public class FramePartBenchmark
{
    private ActorSystem _system = null!;
    private SessionProtocol.FramePart _message = null!;
    private SerializerWithStringManifest _serializer = null!;
    private byte[] _bytes = [];
    private string _manifest = "";

    [Params(1024, 16 * 1024, 64 * 1024)]
    public int BatchBytes { get; set; } = 1024;

    [GlobalSetup]
    public void Setup()
    {
        _system = ActorSystem.Create("benchmark", MessagesConfig.Fragment);
        byte[] batch = SampleBatch.Of(BatchBytes);
        _message = new SessionProtocol.FramePart(1, batch.Length, 0, batch);
        _serializer = (SerializerWithStringManifest)_system.Serialization.FindSerializerFor(_message);
        _bytes = _serializer.ToBinary(_message);
        _manifest = _serializer.Manifest(_message);
    }

    [GlobalCleanup]
    public Task Cleanup() => _system.Terminate();

    [Benchmark]
    public byte[] Write() => _serializer.ToBinary(_message);

    [Benchmark]
    public object Read() => _serializer.FromBinary(_bytes, _manifest);
}
