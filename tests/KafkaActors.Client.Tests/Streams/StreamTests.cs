using System.Collections.Immutable;
using System.Text;
using Akka;
using Akka.Streams;
using Akka.Streams.Dsl;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Serialization;
using KafkaActors.Client.Streams;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.TestKit;

namespace KafkaActors.Client.Tests.Streams;

/// <summary>Akka.Streams over producers and consumers: demand, failure, completion.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class StreamTests
{
    private static readonly TopicPartition Partition = new("t", 0);

    [Test]
    public async Task A_sink_ends_when_every_record_is_stored(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        await using KafkaProducer<string?, string?> producer = Producer(host);
        await Source.From(Enumerable.Range(0, 100)).Select(Numbered)
            .RunWith(KafkaSink.To(producer), host.System.Materializer()).WaitAsync(timeout);
        Assert.That(cluster.Log("t").EndOffset, Is.EqualTo(100));
    }

    [Test]
    public async Task A_source_that_subscribes_is_in_the_group_as_long_as_it_runs(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster();
        cluster.Log("t").Append(10);
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        ConsumerSettings settings = ConsumerSettings.From(host.System.Settings.Config) with
        {
            GroupId = "g",
            AutoOffsetReset = OffsetReset.Earliest,
        };
        IImmutableList<long> offsets = await KafkaSource.Subscribe(
                () => host.Client.CreateConsumer(Deserializers.Ignored, Deserializers.Ignored, settings),
                TopicSubscription.Of("t"))
            .Select(record => record.Offset).Take(4)
            .RunWith(Sink.Seq<long>(), host.System.Materializer()).WaitAsync(timeout);
        Assert.That(offsets, Is.EqualTo(new long[] { 0, 1, 2, 3 }));
        await Eventually.That(() => cluster.Groups.Read("g", group => group.MemberIds), Is.Empty);
        Assert.That(
            cluster.Groups.Read("g", group => group.Offsets[Partition]), Is.GreaterThanOrEqualTo(3));
    }

    [Test]
    public async Task A_sink_fails_with_the_first_record_that_is_not_stored(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster();
        cluster.AppendFaults.Enqueue(new AppendFault(ErrorCode.InvalidTimestamp));
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        await using KafkaProducer<string?, string?> producer = Producer(host);
        Task<Done> done = Source.From(Enumerable.Range(0, 100)).Select(Numbered)
            .RunWith(KafkaSink.To(producer), host.System.Materializer());
        KafkaException? fault = Assert.ThrowsAsync<KafkaException>(async () => await done.WaitAsync(timeout));
        Assert.That(fault!.Error, Is.EqualTo(ErrorCode.InvalidTimestamp));
    }

    [Test]
    public async Task A_sink_takes_no_more_than_may_be_under_way(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster();
        cluster.ProduceWindowBytes = 300;
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        await using KafkaProducer<string?, string?> producer = Producer(host);
        await producer.ProduceAsync(Numbered(0), timeout);
        for (int i = 0; i < 100; i++) cluster.AppendFaults.Enqueue(new AppendFault(ErrorCode.None, Drop: true));
        int taken = 0;
        Task<Done> done = Source.From(Enumerable.Range(0, 10_000)).Select(number =>
        {
            Interlocked.Increment(ref taken);
            return Numbered(number);
        }).RunWith(KafkaSink.To(producer, parallelism: 2), host.System.Materializer());
        while (cluster.Received.OfType<ProduceRequest>().Count() < 2) await Yield(timeout);
        Assert.That(Volatile.Read(ref taken), Is.LessThan(100));
        cluster.AppendFaults.Clear();
        Assert.That(done.IsCompleted, Is.False);
        await host.Client.DisposeAsync();
        Assert.ThrowsAsync<KafkaException>(async () => await done.WaitAsync(timeout));
    }

    [Test]
    public async Task A_source_reads_as_it_is_asked(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster();
        for (int i = 0; i < 200; i++) cluster.Log("t").Append(Batch(i));
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        await using RecordConsumer consumer = host.Client.CreateRecordConsumer(
            ConsumerSettings.Default with { PrefetchBytes = 1, FetchMaxBytes = 1 });
        consumer.Assign(new TopicPartitionStart(Partition, StartOffset.Beginning));
        ISinkQueue<FetchedRecord> queue = KafkaSource.From(consumer)
            .RunWith(Sink.Queue<FetchedRecord>(), host.System.Materializer());
        for (int i = 0; i < 3; i++)
        {
            Akka.Util.Option<FetchedRecord> record = await queue.PullAsync().WaitAsync(timeout);
            Assert.That(record.Value.Record.Offset, Is.EqualTo(i));
        }

        Assert.That(consumer.Position(Partition), Is.LessThan(100));
    }

    [Test]
    public async Task A_source_ends_when_its_consumer_is_closed(CancellationToken timeout)
    {
        FakeCluster cluster = Cluster();
        for (int i = 0; i < 5; i++) cluster.Log("t").Append(Batch(i));
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        RecordConsumer consumer = host.Client.CreateRecordConsumer();
        consumer.Assign(new TopicPartitionStart(Partition, StartOffset.Beginning));
        Task<IImmutableList<long>> read = KafkaSource.From(consumer)
            .Select(record => record.Record.Offset)
            .RunWith(Sink.Seq<long>(), host.System.Materializer());
        while (consumer.Position(Partition) < 5) await Yield(timeout);
        await consumer.DisposeAsync();
        Assert.That(await read.WaitAsync(timeout), Is.EqualTo(new long[] { 0, 1, 2, 3, 4 }));
    }

    [Test]
    public async Task A_source_fails_with_its_partition(CancellationToken timeout)
    {
        await using FakeNode node = FakeNode.Start(Cluster());
        await using ClientHost host = ClientHost.Start(node);
        await using RecordConsumer consumer = host.Client.CreateRecordConsumer(
            ConsumerSettings.Default with { AutoOffsetReset = OffsetReset.None });
        consumer.Assign(new TopicPartitionStart(Partition, StartOffset.At(99)));
        Task<Done> done = KafkaSource.From(consumer).RunWith(
            Sink.Ignore<FetchedRecord>(), host.System.Materializer());
        PartitionException? fault = Assert.ThrowsAsync<PartitionException>(async () => await done.WaitAsync(timeout));
        Assert.That((fault!.Partition, fault.Error), Is.EqualTo((Partition, ErrorCode.OffsetOutOfRange)));
    }

    private static FakeCluster Cluster()
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        return cluster;
    }

    private static KafkaProducer<string?, string?> Producer(ClientHost host) => host.Client.CreateProducer(
        Serializers.Utf8, Serializers.Utf8, ProducerSettings.Default with { BatchSize = 0, Linger = TimeSpan.Zero });

    private static Message<string?, string?> Numbered(int number) => new("t", null, $"{number}");

    private static byte[] Batch(int number)
    {
        var builder = new RecordBatchBuilder(1 << 10);
        builder.TryAppend(number, null, Encoding.ASCII.GetBytes($"{number}"));
        return builder.Build();
    }

    private static async Task Yield(CancellationToken timeout)
    {
        timeout.ThrowIfCancellationRequested();
        await Task.Yield();
    }
}
