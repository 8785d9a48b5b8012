using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Broker.Tests.FrontDoor;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>
/// Base of fixtures that give requests to handlers over real partitions. There are two nodes: this one, and one that
/// leads what this one does not.
/// </summary>
public abstract class HandlerTest : FrontDoorTest
{
    internal static readonly NodeId Other = new(2);
    internal static readonly FetchLimits Limits = new(1024 * 1024, TimeSpan.FromSeconds(30), SessionSlots: 10);

    internal NodeServices Node { get; private set; } = null!;

    internal FetchSessions Sessions { get; set; } = new(Limits.SessionSlots, TimeProvider.System);

    internal override ApiHandlers Handlers =>
        new([new ProduceHandler(Node), new FetchHandler(Node, Limits, Sessions)]);

    [SetUp]
    public void CreateNode() => Node = CreateServices();

    /// <summary>A partition as node and cluster know it, led by this node or the other.</summary>
    internal async Task<PartitionHandle> Create(
        string topic, int epoch = 0, bool isLed = true, Storage.LogConfig? config = null)
    {
        PartitionHandle partition = Open(topic, config);
        NodeId leader = isLed ? Self : Other;
        var image = new PartitionImage(
            partition.Id, [Self, Other], leader, new LeaderEpoch(epoch), new PartitionEpoch(0), [Self, Other], []);
        Image = Image with
        {
            Brokers = Image.Brokers.SetItem(Self, Broker(Self)).SetItem(Other, Broker(Other)),
            TopicIds = Image.TopicIds.SetItem(topic, partition.Id.TopicId),
            Topics = Image.Topics.SetItem(
                partition.Id.TopicId, new TopicImage(partition.Id.TopicId, topic, [image])),
        };
        if (isLed) await Lead(partition, epoch).ConfigureAwait(false);
        return partition;
    }

    internal AnsweredContext Fetch(FetchRequest request, short version = 17, CancellationToken gone = default)
    {
        var context = new AnsweredContext(ApiKey.Fetch, version, gone);
        ((IApiHandler)new FetchHandler(Node, Limits, Sessions)).Handle(request, context);
        return context;
    }

    internal static FetchRequest Request(
        PartitionHandle partition, long offset, int maxWaitMs, int minBytes = 1) => new()
    {
        MaxWaitMs = maxWaitMs,
        MinBytes = minBytes,
        Topics =
        [
            new()
            {
                TopicId = partition.Id.TopicId,
                Partitions = [new() { FetchOffset = offset, PartitionMaxBytes = 1024 * 1024 }],
            },
        ],
    };

    private static BrokerImage Broker(NodeId node) => new(
        node,
        new BrokerEpoch(1),
        Guid.Empty,
        "",
        "akka.tcp://kafka-actors@127.0.0.1:4053",
        BrokerRoles.Broker,
        IsFenced: false,
        IsInControlledShutdown: false,
        [],
        [new BrokerEndpoint(AnsweredContext.Listener, $"host-{node}", 9092)]);
}
