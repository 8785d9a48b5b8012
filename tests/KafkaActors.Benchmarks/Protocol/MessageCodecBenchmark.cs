using BenchmarkDotNet.Attributes;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Benchmarks.Protocol;

/// <summary>What does a node pay to read a request and write its response, beside what it does in between?</summary>
[MemoryDiagnoser]
public class MessageCodecBenchmark
{
    private const short ProduceVersion = 10;
    private const short FetchVersion = 16;
    private const string Topic = "sample-topic";

    private static readonly TopicId TopicId = new(new Guid(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));

    private readonly ProtocolWriter _writer = new();
    private byte[] _produceRequest = [];
    private byte[] _fetchRequest = [];
    private ProduceResponse _produceResponse = new();
    private FetchResponse _fetchResponse = new();

    [Params(1, 10)]
    public int Partitions { get; set; } = 1;

    [GlobalSetup]
    public void Setup()
    {
        var records = new MemoryRecords(SampleBatch.Of(1024));
        int[] partitions = [.. Enumerable.Range(0, Partitions)];
        _produceRequest = Body(ProduceVersion, ProduceTo(partitions, records));
        _fetchRequest = Body(FetchVersion, FetchFrom(partitions));
        _produceResponse = Produced(partitions);
        _fetchResponse = Fetched(partitions, records);
    }

    [Benchmark]
    public ProduceRequest ReadProduce()
    {
        var reader = new ProtocolReader(_produceRequest);
        return ProduceRequest.Read(ref reader, ProduceVersion);
    }

    [Benchmark]
    public FetchRequest ReadFetch()
    {
        var reader = new ProtocolReader(_fetchRequest);
        return FetchRequest.Read(ref reader, FetchVersion);
    }

    [Benchmark]
    public long WriteProduce()
    {
        _writer.Clear();
        ResponseFrame.Write(_writer, ApiKey.Produce, ProduceVersion, correlationId: 1, _produceResponse);
        return _writer.TotalLength;
    }

    [Benchmark]
    public long WriteFetch()
    {
        _writer.Clear();
        ResponseFrame.Write(_writer, ApiKey.Fetch, FetchVersion, correlationId: 1, _fetchResponse);
        return _writer.TotalLength;
    }

    private static ProduceRequest ProduceTo(int[] partitions, IRecords records) => new()
    {
        Acks = -1,
        TopicData =
        [
            new()
            {
                Name = Topic,
                PartitionData =
                [
                    .. partitions.Select(index =>
                        new ProduceRequest.PartitionProduceData { Index = index, Records = records }),
                ],
            },
        ],
    };

    private static FetchRequest FetchFrom(int[] partitions) => new()
    {
        Topics =
        [
            new()
            {
                TopicId = TopicId,
                Partitions = [.. partitions.Select(index => new FetchRequest.FetchPartition { Partition = index })],
            },
        ],
    };

    private static ProduceResponse Produced(int[] partitions) => new()
    {
        Responses =
        [
            new()
            {
                Name = Topic,
                PartitionResponses =
                [
                    .. partitions.Select(index =>
                        new ProduceResponse.PartitionProduceResponse { Index = index, BaseOffset = 1_000_000 }),
                ],
            },
        ],
    };

    private static FetchResponse Fetched(int[] partitions, IRecords records) => new()
    {
        Responses =
        [
            new()
            {
                TopicId = TopicId,
                Partitions =
                [
                    .. partitions.Select(index =>
                        new FetchResponse.PartitionData { PartitionIndex = index, Records = records }),
                ],
            },
        ],
    };

    private static byte[] Body(short version, IRequestMessage request)
    {
        using var writer = new ProtocolWriter();
        request.Write(writer, version);
        return writer.ToArray();
    }
}
