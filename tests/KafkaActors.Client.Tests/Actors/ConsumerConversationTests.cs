using System.Text;
using Akka.Actor;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using static KafkaActors.Client.Consuming.ConsumerProtocol;

namespace KafkaActors.Client.Tests.Actors;

/// <summary>What an application's actor and a consumer's tell each other.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class ConsumerConversationTests
{
    private static readonly TopicPartition Partition = new("t", 0);

    [Test]
    public async Task No_more_records_come_than_were_pulled_in_groups_of_max_poll_records()
    {
        FakeCluster cluster = Cluster(100);
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef consumer = Start(host, StartOffset.Beginning, ConsumerSettings.Default with { MaxPollRecords = 4 });
        host.Tell(consumer, new Pull(10));
        int[] groups =
        [
            (await host.ExpectAsync<Records>()).Items.Count,
            (await host.ExpectAsync<Records>()).Items.Count,
            (await host.ExpectAsync<Records>()).Items.Count,
        ];
        Assert.That(groups, Is.EqualTo(new[] { 4, 4, 2 }));
        host.Tell(consumer, new GetPositions("now"));
        Positions positions = await host.ExpectAsync<Positions>();
        Assert.That((positions.Tag, positions.Offsets[Partition]), Is.EqualTo(((object)"now", 10L)));
    }

    [Test]
    public async Task Demand_waits_for_records_that_are_written_later()
    {
        FakeCluster cluster = Cluster(5);
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef consumer = Start(host, StartOffset.At(3));
        host.Tell(consumer, new Pull(3));
        Assert.That(Offsets(await host.ExpectAsync<Records>()), Is.EqualTo(new long[] { 3, 4 }));
        cluster.Log("t").Append(Batch(5, 2));
        Assert.That(Offsets(await host.ExpectAsync<Records>()), Is.EqualTo(new long[] { 5 }));
    }

    [Test]
    public async Task Seeks_and_pauses_count_from_the_next_record_on()
    {
        FakeCluster cluster = Cluster(100);
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef consumer = Start(host, StartOffset.Beginning);
        host.Tell(consumer, new Pull(2));
        Assert.That(Offsets(await host.ExpectAsync<Records>()), Is.EqualTo(new long[] { 0, 1 }));
        host.Tell(consumer, new Seek(Partition, StartOffset.AtTime(50)));
        host.Tell(consumer, new Pull(2));
        Assert.That(Offsets(await host.ExpectAsync<Records>()), Is.EqualTo(new long[] { 50, 51 }));
        host.Tell(consumer, new Pause(Partition));
        host.Tell(consumer, new Pull(1));
        host.Tell(consumer, new GetPositions());
        await host.ExpectAsync<Positions>();
        host.Tell(consumer, new Resume(Partition));
        Assert.That(Offsets(await host.ExpectAsync<Records>()), Is.EqualTo(new long[] { 52 }));
    }

    [Test]
    public async Task A_partition_that_cannot_be_read_is_told_to_the_owner_and_others_go_on()
    {
        FakeCluster cluster = Cluster(5);
        cluster.AddTopic("other");
        cluster.Log("other").Append(Batch(0, 1));
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        var none = ConsumerSettings.Default with { AutoOffsetReset = OffsetReset.None };
        IActorRef consumer = Start(host, StartOffset.At(99), none);
        host.Tell(consumer, new Pull(1));
        PartitionFailed failed = await host.ExpectAsync<PartitionFailed>();
        Assert.That((failed.Partition, failed.Error), Is.EqualTo((Partition, ErrorCode.OffsetOutOfRange)));
        var other = new TopicPartition("other", 0);
        host.Tell(consumer, new Seek(other, StartOffset.Beginning));
        Assert.That((await host.ExpectAsync<PartitionFailed>()).Error, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        host.Tell(consumer, new Assign([new TopicPartitionStart(other, StartOffset.Beginning)]));
        Assert.That(Offsets(await host.ExpectAsync<Records>()), Is.EqualTo(new long[] { 0 }));
        host.Tell(consumer, Unassign.Instance);
        host.Tell(consumer, new GetPositions());
        Assert.That((await host.ExpectAsync<Positions>()).Offsets, Is.Empty);
    }

    [Test]
    public async Task A_consumer_stops_with_its_owner()
    {
        FakeCluster cluster = Cluster(1);
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef owner = host.System.ActorOf(Props.Create(() => new Owner()));
        IActorRef consumer = host.System.ActorOf(host.Client.ConsumerProps(owner));
        host.Inbox.Watch(consumer);
        owner.Tell(PoisonPill.Instance);
        Assert.That((await host.ExpectAsync<Terminated>()).ActorRef, Is.EqualTo(consumer));
    }

    private static IActorRef Start(ClientHost host, StartOffset start, ConsumerSettings? settings = null)
    {
        IActorRef consumer = host.System.ActorOf(host.Client.ConsumerProps(host.Inbox.Receiver, settings));
        host.Tell(consumer, new Assign([new TopicPartitionStart(Partition, start)]));
        return consumer;
    }

    private static FakeCluster Cluster(int records)
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        cluster.Log("t").Append(Batch(0, records));
        return cluster;
    }

    private static byte[] Batch(int first, int count)
    {
        var builder = new RecordBatchBuilder(1 << 20);
        for (int i = first; i < first + count; i++) builder.TryAppend(i, null, Encoding.ASCII.GetBytes($"{i}"));
        return builder.Build();
    }

    private static IEnumerable<long> Offsets(Records records) => records.Items.Select(record => record.Record.Offset);

    private sealed class Owner : ReceiveActor;
}
