using System.Collections.Concurrent;
using Akka.Actor;
using KafkaActors.Client.Administration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>
/// What the fake nodes of one test share: topics, logs, leaders, and the faults they are told to show.
/// </summary>
internal sealed class FakeCluster
{
    private readonly ConcurrentDictionary<TopicIdPartition, FakeLog> _logs = new();
    private readonly ConcurrentDictionary<string, TopicMetadata> _topics = new();
    private int _topicCount;
    private int _producerCount;
    private int _connectsToIgnore;
    private int _mutings;

    public FakeCluster() => Groups = new FakeCoordinator(Image);

    public ConcurrentDictionary<NodeId, Address> Addresses { get; } = new();

    /// <summary>What the next appends meet, in turn; when it is empty they succeed.</summary>
    public ConcurrentQueue<AppendFault> AppendFaults { get; } = [];

    public ConcurrentQueue<ErrorCode> FetchErrors { get; } = [];

    public ConcurrentQueue<ErrorCode> AdminErrors { get; } = [];

    /// <summary>The nodes that were asked for changes, in turn.</summary>
    public ConcurrentQueue<NodeId> AdminRequests { get; } = [];

    /// <summary>APIs whose newest versions the nodes do not know; -1 for one that they do not have at all.</summary>
    public Dictionary<ApiKey, short> Newest { get; } = [];

    /// <summary>Which node the metadata names as controller.</summary>
    public NodeId Controller { get; set; } = new(1);

    public ConcurrentQueue<object> Received { get; } = [];

    public FakeCoordinator Groups { get; }

    public int ProduceWindowBytes { get; set; } = 1 << 20;

    public int FetchWindowBytes { get; set; } = 4 << 20;

    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    public bool AutoCreate { get; set; }

    /// <summary>So many greetings are lost.</summary>
    public int ConnectsToIgnore
    {
        get => _connectsToIgnore;
        set => _connectsToIgnore = value;
    }

    /// <summary>A session opened before the last of these is silent.</summary>
    public int Mutings => Volatile.Read(ref _mutings);

    /// <summary>Each greeting is answered twice, with a session each.</summary>
    public bool AnswersConnectTwice { get; set; }

    public void MuteSessions() => Interlocked.Increment(ref _mutings);

    public bool IgnoresConnect() => Interlocked.Decrement(ref _connectsToIgnore) >= 0;

    public TopicId AddTopic(string name, int partitions = 1, int leader = 1)
    {
        var id = new TopicId(new Guid(Interlocked.Increment(ref _topicCount), 0, 0, new byte[8]));
        _topics[name] = new TopicMetadata(ErrorCode.None, name, id, false, [.. Enumerable.Range(0, partitions)
            .Select(index => Partition(index, leader, 0))]);
        return id;
    }

    public void MoveLeader(string name, int leader, int epoch)
    {
        TopicMetadata topic = _topics[name];
        _topics[name] = topic with
        {
            Partitions = [.. topic.Partitions.Select(partition => Partition(partition.Index, leader, epoch))],
        };
    }

    public FakeLog Log(string topic, int partition = 0) => Log(new TopicIdPartition(_topics[topic].Id, partition));

    public FakeLog Log(TopicIdPartition partition) => _logs.GetOrAdd(partition, _ => new FakeLog());

    public PartitionMetadata? Find(TopicIdPartition wanted) => _topics.Values
        .Where(topic => topic.Id == wanted.TopicId)
        .SelectMany(topic => topic.Partitions)
        .FirstOrDefault(partition => partition.Index == wanted.Partition);

    public NodeId? Leader(string topic, int partition) => _topics.TryGetValue(topic, out TopicMetadata? known)
        ? known.Partitions.FirstOrDefault(one => one.Index == partition)?.Leader
        : null;

    /// <summary>As a node names it that is asked to write and does not lead.</summary>
    public ProduceResponse.LeaderIdAndEpoch? Hint(string topic, int partition) =>
        _topics.TryGetValue(topic, out TopicMetadata? known)
            && known.Partitions.FirstOrDefault(one => one.Index == partition) is { } one
            ? new() { LeaderId = one.Leader, LeaderEpoch = one.LeaderEpoch }
            : null;

    public MetadataResponse Describe(MetadataRequest request)
    {
        IEnumerable<string> names = request.Topics?.Select(topic => topic.Name!) ?? [.. _topics.Keys];
        foreach (string name in names)
        {
            if (AutoCreate && request.AllowAutoTopicCreation && !_topics.ContainsKey(name)) AddTopic(name);
        }

        return new MetadataResponse
        {
            ClusterId = "fake",
            ControllerId = Controller,
            Brokers = [.. Addresses.Select(entry => new MetadataResponse.MetadataBroker
            {
                NodeId = entry.Key, Host = entry.Value.Host!, Port = entry.Value.Port!.Value,
            })],
            Topics = [.. names.Select(name => _topics.TryGetValue(name, out TopicMetadata? topic)
                ? Topic(topic)
                : new MetadataResponse.MetadataTopic { Name = name, ErrorCode = ErrorCode.UnknownTopicOrPartition })],
        };
    }

    public long NextProducerId() => 1000 + Interlocked.Increment(ref _producerCount);

    /// <summary>The topics as a coordinator sees them.</summary>
    private MetadataImage Image()
    {
        List<MetadataEvent> events = [];
        foreach (TopicMetadata topic in _topics.Values)
        {
            events.Add(new MetadataEvent.TopicCreated(topic.Id, topic.Name));
            events.AddRange(topic.Partitions.Select(partition => new MetadataEvent.PartitionAdded(
                new TopicIdPartition(topic.Id, partition.Index),
                [partition.Leader],
                partition.Leader,
                partition.LeaderEpoch,
                new PartitionEpoch(0),
                [partition.Leader],
                [])));
        }

        return MetadataImage.Empty.Apply(events, MetadataOffset.None.Next());
    }

    private static MetadataResponse.MetadataTopic Topic(TopicMetadata topic) => new()
    {
        Name = topic.Name,
        TopicId = topic.Id,
        Partitions = [.. topic.Partitions.Select(partition => new MetadataResponse.MetadataPartition
        {
            PartitionIndex = partition.Index,
            LeaderId = partition.Leader,
            LeaderEpoch = partition.LeaderEpoch,
            ReplicaNodes = partition.Replicas,
            IsrNodes = partition.Isr,
        })],
    };

    private static PartitionMetadata Partition(int index, int leader, int epoch) => new(
        ErrorCode.None, index, new NodeId(leader), new LeaderEpoch(epoch), [new NodeId(leader)], [new NodeId(leader)]);
}
