using System.Text;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Producing;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Tests.Producing;

/// <summary>What a producer does when nodes refuse, fall silent, go away or hand their partitions on.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class ProducerTests
{
    // As text, because a test's parameters are public: an error, + when the batch is stored all the same, - when no
    // answer
    // is sent.
    private static readonly string[] Faults =
    [
        "NotEnoughReplicas",
        "RequestTimedOut+",
        "None+-",
        "None-",
        "None+ NotLeaderOrFollower NetworkException",
    ];

    [TestCaseSource(nameof(Faults))]
    public async Task Every_record_is_stored_once_and_in_order(string faults, CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        foreach (string fault in faults.Split(' ')) cluster.AppendFaults.Enqueue(Fault(fault));
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        // One record a batch, so that several batches are under way at once.
        await using RecordProducer producer = client.CreateRecordProducer(
            ProducerSettings.Default with { BatchSize = 0, Linger = TimeSpan.Zero });
        List<Task<Delivery>> sent = [.. Enumerable.Range(0, 20).Select(i => producer.ProduceAsync(Record(i), timeout))];
        await Task.WhenAll(sent);
        Assert.That(Stored(cluster), Is.EqualTo(Enumerable.Range(0, 20)));
    }

    [Test]
    public async Task A_record_that_is_refused_for_good_fails_and_those_behind_it_are_stored(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        cluster.AppendFaults.Enqueue(new AppendFault(ErrorCode.InvalidTimestamp));
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordProducer producer = client.CreateRecordProducer(
            ProducerSettings.Default with { BatchSize = 0, Linger = TimeSpan.Zero });
        List<Task<Delivery>> sent = [.. Enumerable.Range(0, 10).Select(i => producer.ProduceAsync(Record(i), timeout))];
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(async () => await sent[0]);
        await Task.WhenAll(sent.Skip(1));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.InvalidTimestamp));
        Assert.That(Stored(cluster), Is.EqualTo(Enumerable.Range(1, 9)));
    }

    [Test]
    public async Task Records_follow_the_leader_to_another_node(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t", leader: 1);
        await using FakeNode first = FakeNode.Start(cluster, 1);
        await using FakeNode second = FakeNode.Start(cluster, 2);
        await using KafkaActorsClient client = await TestClient.StartAsync(first, timeout);
        await using RecordProducer producer = client.CreateRecordProducer();
        await producer.ProduceAsync(Record(0), timeout);
        cluster.MoveLeader("t", leader: 2, epoch: 1);
        await producer.ProduceAsync(Record(1), timeout);
        Assert.That(Stored(cluster), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public async Task Records_wait_for_a_node_that_is_started_again(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordProducer producer = client.CreateRecordProducer();
        await producer.ProduceAsync(Record(0), timeout);
        int port = node.Port;
        await node.DisposeAsync();
        Task<Delivery> waiting = producer.ProduceAsync(Record(1), timeout);
        await using FakeNode again = FakeNode.Start(cluster, port: port);
        Delivery delivery = await waiting;
        Assert.That(delivery.Offset, Is.EqualTo(1));
        Assert.That(Stored(cluster), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public async Task A_session_that_the_node_ends_is_opened_again(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordProducer producer = client.CreateRecordProducer();
        await producer.ProduceAsync(Record(0), timeout);
        node.EndSessions();
        await producer.ProduceAsync(Record(1), timeout);
        Assert.That(Stored(cluster), Is.EqualTo(new[] { 0, 1 }));
    }

    [Test]
    public async Task A_record_that_is_never_taken_fails_after_its_delivery_timeout(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        for (int i = 0; i < 1000; i++) cluster.AppendFaults.Enqueue(new AppendFault(ErrorCode.NotEnoughReplicas));
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordProducer producer = client.CreateRecordProducer(
            ProducerSettings.Default with { DeliveryTimeout = TimeSpan.FromMilliseconds(400) });
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(
            async () => await producer.ProduceAsync(Record(0), timeout));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(fault.Message, Does.Contain("delivery.timeout.ms"));
    }

    [Test]
    public async Task A_full_buffer_makes_senders_wait_and_then_fail(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        for (int i = 0; i < 1000; i++) cluster.AppendFaults.Enqueue(new AppendFault(ErrorCode.NotEnoughReplicas));
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordProducer producer = client.CreateRecordProducer(ProducerSettings.Default with
        {
            BatchSize = 1000,
            BufferMemory = 2000,
            MaxBlock = TimeSpan.FromMilliseconds(200),
            DeliveryTimeout = TimeSpan.FromSeconds(1),
        });
        await producer.PartitionCountAsync("t", timeout);
        var record = new ProducerRecord("t", null, new byte[900]);
        Assert.That(producer.TrySend(record), Is.True);
        Assert.That(producer.TrySend(record), Is.True);
        Assert.That(producer.TrySend(record), Is.False);
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(
            async () => await producer.SendAsync(record, cancellationToken: timeout));
        Assert.That(fault!.Message, Does.Contain("buffer.memory"));
    }

    [Test]
    public async Task What_can_never_be_sent_is_refused_at_once(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t", partitions: 2);
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordProducer producer = client.CreateRecordProducer(
            ProducerSettings.Default with { MaxBlock = TimeSpan.FromMilliseconds(200) });
        await producer.PartitionCountAsync("t", timeout);
        Assert.That(
            Assert.ThrowsAsync<KafkaException>(async () =>
                await producer.SendAsync(new ProducerRecord("t", null, new byte[2 << 20])))!.Error,
            Is.EqualTo(ErrorCode.MessageTooLarge));
        Assert.That(
            Assert.ThrowsAsync<KafkaException>(async () =>
                await producer.SendAsync(new ProducerRecord("t", null, null) { Partition = 2 }))!.Error,
            Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That(
            Assert.ThrowsAsync<KafkaException>(async () =>
                await producer.SendAsync(new ProducerRecord("absent", null, null)))!.Error,
            Is.EqualTo(ErrorCode.RequestTimedOut));
    }

    [Test]
    public async Task Without_acknowledgements_a_record_has_no_offset(CancellationToken timeout)
    {
        var cluster = new FakeCluster { AutoCreate = true };
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordProducer producer = client.CreateRecordProducer(
            ProducerSettings.Default with { Acks = Acks.None });
        await producer.ProduceAsync(Record(0), timeout);
        Assert.That(Stored(cluster), Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public async Task Closing_a_producer_waits_for_what_lingers(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        RecordProducer producer = client.CreateRecordProducer(
            ProducerSettings.Default with { Linger = TimeSpan.FromHours(1) });
        await producer.PartitionCountAsync("t", timeout);
        Task<Delivery> pending = producer.ProduceAsync(Record(0), timeout);
        await producer.DisposeAsync();
        Assert.That((await pending).Offset, Is.Zero);
        Assert.ThrowsAsync<ObjectDisposedException>(async () => await producer.ProduceAsync(Record(1), timeout));
    }

    [TestCase(CompressionType.Gzip)]
    [TestCase(CompressionType.Lz4)]
    public async Task Batches_are_compressed_as_configured(CompressionType compression, CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        await using FakeNode node = FakeNode.Start(cluster);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        await using RecordProducer producer = client.CreateRecordProducer(
            ProducerSettings.Default with { Compression = compression });
        await producer.ProduceAsync(Record(7), timeout);
        Assert.That(RecordBatch.TryRead(cluster.Log("t").Batches[0], out RecordBatch batch), Is.True);
        Assert.That(batch.Attributes.Compression, Is.EqualTo(compression));
        Assert.That(Stored(cluster), Is.EqualTo(new[] { 7 }));
    }

    private static AppendFault Fault(string text) =>
        new(Enum.Parse<ErrorCode>(text.TrimEnd('+', '-')), text.Contains('+'), text.Contains('-'));

    private static ProducerRecord Record(int number) => new("t", null, Encoding.ASCII.GetBytes($"{number}"));

    private static List<int> Stored(FakeCluster cluster)
    {
        List<int> numbers = [];
        foreach (byte[] bytes in cluster.Log("t").Batches)
        {
            RecordBatch.TryRead(bytes, out RecordBatch batch);
            foreach (RecordView record in new RecordEnumerator(batch))
                numbers.Add(int.Parse(Encoding.ASCII.GetString(record.Value!.Value.Span)));
        }

        return numbers;
    }
}
