using Akka.Actor;
using Akka.Serialization;
using BenchmarkDotNet.Attributes;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Benchmarks.Messages;

/// <summary>What does a produce request pay for its serializer, once on each side?</summary>
[MemoryDiagnoser]
public class AppendSerializerBenchmark
{
    private ActorSystem _system = null!;
    private ProduceProtocol.Append _message = null!;
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
        TopicIdPartition partition = new(new TopicId(Guid.Parse("5c1f0c3e-9a57-4a0e-8d5b-0e0f3b2f7a11")), 0);
        _message = new ProduceProtocol.Append(
            1, partition, LeaderEpoch.None, Acks.Leader, TimeSpan.FromSeconds(30), batch.Length, batch);
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
