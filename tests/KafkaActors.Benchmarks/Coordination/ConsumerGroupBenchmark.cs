using BenchmarkDotNet.Attributes;
using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Groups.Consumers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Benchmarks.Coordination;

/// <summary>What do a heartbeat and a change of members cost a consumer group of a thousand partitions?</summary>
[MemoryDiagnoser]
public class ConsumerGroupBenchmark
{
    private const int Topics = 10;
    private const int PartitionsOfEach = 100;

    private static readonly GroupClient Client = new("benchmark", "/127.0.0.1");

    private ConsumerGroup _group = null!;
    private MetadataImage _image = MetadataImage.Empty;
    private ConsumerGroupHeartbeatRequest _heartbeat = new();
    private ConsumerGroupHeartbeatRequest _join = new();
    private ConsumerGroupHeartbeatRequest _leave = new();

    [Params(10, 100)]
    public int Members { get; set; } = 10;

    [GlobalSetup]
    public void Setup()
    {
        _image = MetadataImage.Empty.Apply([.. Enumerable.Range(0, Topics).SelectMany(Topic)], new MetadataOffset(1));
        _group = new ConsumerGroup("group", new GroupServices(GroupSettings.Default, () => Guid.Empty));
        for (int member = 0; member < Members; member++) Send(Request($"member-{member}", ConsumerHeartbeat.Join));
        _heartbeat = Request("member-0", _group.Member("member-0")!.Current.MemberEpoch);
        _join = Request("another", ConsumerHeartbeat.Join);
        _leave = Request("another", ConsumerHeartbeat.Leave);
    }

    [Benchmark]
    public CoordinatorResult Heartbeat() => Send(_heartbeat);

    /// <summary>One new assignment of all partitions, with its records.</summary>
    [Benchmark]
    public CoordinatorResult JoinAndLeave()
    {
        Send(_join);
        return Send(_leave);
    }

    private static IEnumerable<MetadataEvent> Topic(int number)
    {
        var id = new TopicId(new Guid(number + 1, 0, 0, new byte[8]));
        yield return new TopicCreated(id, Name(number));
        for (int partition = 0; partition < PartitionsOfEach; partition++)
            yield return new PartitionAdded(
                new TopicIdPartition(id, partition), [new NodeId(1)], new NodeId(1), new LeaderEpoch(0),
                new PartitionEpoch(0), [new NodeId(1)], []);
    }

    private static string Name(int topic) => $"topic-{topic}";

    private static ConsumerGroupHeartbeatRequest Request(string memberId, int epoch) => new()
    {
        GroupId = "group",
        MemberId = memberId,
        MemberEpoch = epoch,
        RebalanceTimeoutMs = epoch == ConsumerHeartbeat.Join ? 60_000 : -1,
        SubscribedTopicNames =
            epoch == ConsumerHeartbeat.Join ? [.. Enumerable.Range(0, Topics).Select(Name)] : null,
        TopicPartitions = epoch == ConsumerHeartbeat.Join ? [] : null,
    };

    private CoordinatorResult Send(ConsumerGroupHeartbeatRequest request) =>
        _group.Heartbeat(1, request, 1, Client, _image, TimeSpan.Zero);
}
