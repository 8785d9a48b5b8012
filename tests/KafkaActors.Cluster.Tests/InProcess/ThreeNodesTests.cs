using System.Text;
using KafkaActors.Broker.Hosting;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Cluster.Tests.InProcess;

/// <summary>Three nodes in one process, one of them the voter; partitions have one replica each.</summary>
[NonParallelizable]
public sealed class ThreeNodesTests
{
    private const string Topic = "spread";
    private const int Partitions = 6;

    private static readonly CancellationToken None = CancellationToken.None;

    private NodeGroup _nodes = null!;
    private KafkaActorsClient _client = null!;

    [SetUp]
    public async Task StartNodes()
    {
        _nodes = await NodeGroup.StartAsync(3);
        _client = await KafkaActorsClient.StartAsync(_nodes.ContactOf(3), null, None);
        IReadOnlyList<TopicResult> created = await _client.Admin.CreateTopicsAsync(
            [new NewTopic(Topic, Partitions, 1, [], new Dictionary<string, string>())]);
        Assert.That(created.Single().Error, Is.EqualTo(ErrorCode.None), created.Single().Message);
    }

    [TearDown]
    public async Task StopNodes()
    {
        await _client.DisposeAsync();
        await _nodes.DisposeAsync();
    }

    [Test]
    public async Task A_client_that_knows_one_node_reaches_the_partitions_of_all()
    {
        IEnumerable<int> leaders = (await LeadersAsync()).Distinct().Select(leader => leader.Value);
        Assert.That(leaders, Is.EquivalentTo(new[] { 1, 2, 3 }));
        Assert.That(await ProduceAsync("first", TimeSpan.FromSeconds(20)), Is.All.Null);
        Assert.That(await ReadAllAsync(), Is.EquivalentTo(Enumerable.Range(0, Partitions).Select(p => $"first-{p}")));
    }

    [Test]
    public async Task A_stopped_node_makes_only_its_own_partitions_answer_with_a_retriable_error()
    {
        await ProduceAsync("first", TimeSpan.FromSeconds(20));
        NodeId[] leaders = await LeadersAsync();
        await _nodes.StopNodeAsync(2);
        KafkaException?[] errors = await ProduceAsync("second", TimeSpan.FromSeconds(4));
        for (int partition = 0; partition < Partitions; partition++)
        {
            KafkaException? error = errors[partition];
            if (leaders[partition] == new NodeId(2)) Assert.That(error?.IsRetriable, Is.True, $"{partition}: {error}");
            else Assert.That(error, Is.Null, $"{partition}");
        }

        await _nodes.StartNodeAsync(2);
        Assert.That(await ProduceAsync("third", TimeSpan.FromSeconds(20)), Is.All.Null);
        IEnumerable<string> expected = Enumerable.Range(0, Partitions).SelectMany(partition =>
            leaders[partition] == new NodeId(2)
                ? new[] { $"first-{partition}", $"third-{partition}" }
                : [$"first-{partition}", $"second-{partition}", $"third-{partition}"]);
        Assert.That(await ReadAllAsync(), Is.EquivalentTo(expected));
    }

    [Test]
    public async Task A_node_that_vanishes_is_fenced_and_the_others_serve_on()
    {
        NodeId[] leaders = await LeadersAsync();
        await _nodes.CrashNodeAsync(2);
        await Eventually.True(
            async () => !(await LeadersAsync()).Contains(new NodeId(2)),
            "node 2 leads nothing",
            TimeSpan.FromSeconds(40));
        int[] served = [.. Enumerable.Range(0, Partitions).Where(partition => leaders[partition] != new NodeId(2))];
        Assert.That(await ProduceAsync("after", TimeSpan.FromSeconds(40), served), Is.All.Null);
    }

    [Test]
    public async Task Nodes_that_lose_the_only_voter_stop_by_themselves()
    {
        Task<NodeStopReason>[] stopped = [_nodes[2].Stopped, _nodes[3].Stopped];
        await _nodes.CrashNodeAsync(1);
        NodeStopReason[] reasons = await Task.WhenAll(stopped).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.That(reasons, Is.All.EqualTo(NodeStopReason.Removed));
    }

    private async Task<NodeId[]> LeadersAsync()
    {
        ClusterDescription described = await _client.Admin.DescribeAsync([Topic]);
        return [.. described.Topics.Single().Partitions.OrderBy(partition => partition.Index).Select(p => p.Leader)];
    }

    /// <summary>One record to each partition; null for each that is stored.</summary>
    private Task<KafkaException?[]> ProduceAsync(string word, TimeSpan deliveryTimeout) =>
        ProduceAsync(word, deliveryTimeout, [.. Enumerable.Range(0, Partitions)]);

    private async Task<KafkaException?[]> ProduceAsync(string word, TimeSpan deliveryTimeout, int[] partitions)
    {
        ProducerSettings settings = ProducerSettings.Default with
        {
            DeliveryTimeout = deliveryTimeout, Linger = TimeSpan.Zero,
        };
        await using RecordProducer producer = _client.CreateRecordProducer(settings);
        return await Task.WhenAll(partitions.Select(async partition =>
        {
            byte[] value = Encoding.UTF8.GetBytes($"{word}-{partition}");
            try
            {
                await producer.ProduceAsync(new ProducerRecord(Topic, null, value) { Partition = partition });
                return null;
            }
            catch (KafkaException error)
            {
                return error;
            }
        }));
    }

    private async Task<List<string>> ReadAllAsync()
    {
        var partitions = Enumerable.Range(0, Partitions).Select(index => new TopicPartition(Topic, index)).ToArray();
        IReadOnlyList<ListedOffset> ends = await _client.Admin.ListOffsetsAsync(
            partitions.ToDictionary(partition => partition, _ => OffsetQuery.Latest));
        long total = ends.Sum(end => end.Offset);
        await using RecordConsumer consumer = _client.CreateRecordConsumer();
        consumer.Assign([.. partitions.Select(p => new TopicPartitionStart(p, StartOffset.Beginning))]);
        var values = new List<string>();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        await foreach (FetchedRecord record in consumer.ReadAllAsync(limit.Token))
        {
            values.Add(Encoding.UTF8.GetString(record.Record.Value!.Value.Span));
            if (values.Count == total) break;
        }

        return values;
    }
}
