using System.Text;
using Akka.Actor;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Producing;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using static KafkaActors.Client.Producing.ProducerProtocol;

namespace KafkaActors.Client.Tests.Actors;

/// <summary>What an application's actor and a producer's tell each other.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class ProducerConversationTests
{
    [Test]
    public async Task A_record_is_answered_with_its_offset_and_the_tag()
    {
        FakeCluster cluster = Cluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef producer = host.System.ActorOf(host.Client.ProducerProps());
        host.Tell(producer, new Send(Record(0), "first"));
        // The topic's metadata is not there yet: the sender is held until the record has its place.
        object[] replies = [await Reply(), await Reply(), await Reply()];
        Assert.That(replies[0], Is.EqualTo(BufferFull.Instance));
        Assert.That(replies.OfType<Ready>().Count(), Is.EqualTo(1));
        Sent first = replies.OfType<Sent>().Single();
        host.Tell(producer, new Send(Record(1), "second"));
        Sent second = await host.ExpectAsync<Sent>();
        Assert.That((first.Tag, first.Offset), Is.EqualTo(((object)"first", 0L)));
        Assert.That((second.Tag, second.Offset), Is.EqualTo(((object)"second", 1L)));
        Assert.That(second.Partition, Is.EqualTo(new TopicPartition("t", 0)));

        async Task<object> Reply() => await host.ExpectAsync<IClientReply>();
    }

    [Test]
    public async Task Many_records_are_answered_together_and_in_their_order()
    {
        FakeCluster cluster = Cluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef producer = await StartAsync(host);
        ProducerRecord tooLarge = Record(0) with { Value = new byte[2 << 20] };
        host.Tell(producer, new SendAll([Record(1), tooLarge, Record(2)], 7));
        SentAll all = await host.ExpectAsync<SentAll>();
        Assert.That(all.Tag, Is.EqualTo(7));
        Assert.That(all.Deliveries.Select(delivery => delivery.Offset), Is.EqualTo(new long[] { 1, -1, 2 }));
        Assert.That(all.Deliveries[1].Error!.Error, Is.EqualTo(ErrorCode.MessageTooLarge));
    }

    [Test]
    public async Task A_refused_record_is_told_with_the_error()
    {
        FakeCluster cluster = Cluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef producer = await StartAsync(host);
        cluster.AppendFaults.Enqueue(new AppendFault(ErrorCode.InvalidTimestamp));
        host.Tell(producer, new Send(Record(1), "refused"));
        Failed failed = await host.ExpectAsync<Failed>();
        Assert.That((failed.Tag, failed.Error), Is.EqualTo(((object)"refused", ErrorCode.InvalidTimestamp)));
    }

    [Test]
    public async Task A_full_buffer_holds_the_sender_until_there_is_room()
    {
        FakeCluster cluster = Cluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef producer = await StartAsync(
            host, ProducerSettings.Default with { BatchSize = 1000, BufferMemory = 2000, Linger = TimeSpan.Zero });
        // The node is silent about the first: its batch stays in the buffer until it is sent again.
        cluster.AppendFaults.Enqueue(new AppendFault(ErrorCode.NotEnoughReplicas));
        for (int i = 0; i < 3; i++) host.Tell(producer, new Send(Record(i) with { Value = new byte[900] }, i));
        await host.ExpectAsync<BufferFull>();
        List<object> rest = [];
        for (int i = 0; i < 4; i++) rest.Add(await host.ExpectAsync<IClientReply>());
        Assert.That(rest.OfType<Ready>().Count(), Is.EqualTo(1));
        Assert.That(rest.OfType<Sent>().Select(sent => sent.Tag), Is.EqualTo(new object[] { 0, 1, 2 }));
    }

    [Test]
    public async Task A_flush_is_answered_after_the_records_before_it()
    {
        FakeCluster cluster = Cluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef producer = await StartAsync(host, ProducerSettings.Default with { Linger = TimeSpan.FromHours(1) });
        host.Tell(producer, new Send(Record(1), 1));
        host.Tell(producer, new ProducerProtocol.Flush("all"));
        await host.ExpectAsync<Sent>();
        Assert.That((await host.ExpectAsync<Flushed>()).Tag, Is.EqualTo("all"));
    }

    [Test]
    public async Task Closing_waits_for_what_is_pending_refuses_the_rest_and_stops_the_actor()
    {
        FakeCluster cluster = Cluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef producer = await StartAsync(host, ProducerSettings.Default with { Linger = TimeSpan.FromHours(1) });
        host.Inbox.Watch(producer);
        host.Tell(producer, new Send(Record(1), 1));
        host.Tell(producer, new Close("bye"));
        host.Tell(producer, new Send(Record(2), 2));
        List<object> replies = [];
        for (int i = 0; i < 4; i++) replies.Add(await host.Inbox.ReceiveAsync(TimeSpan.FromSeconds(30)));
        Assert.That(replies.OfType<Sent>().Single().Tag, Is.EqualTo(1));
        Assert.That(replies.OfType<Failed>().Single().Tag, Is.EqualTo(2));
        Assert.That(replies.OfType<Closed>().Single().Tag, Is.EqualTo("bye"));
        Assert.That(replies.OfType<Terminated>().Single().ActorRef, Is.EqualTo(producer));
    }

    [Test]
    public async Task A_producer_that_is_stopped_answers_what_it_had()
    {
        FakeCluster cluster = Cluster();
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef producer = await StartAsync(host, ProducerSettings.Default with { Linger = TimeSpan.FromHours(1) });
        host.Tell(producer, new Send(Record(1), 1));
        host.Tell(producer, new Send(Record(1) with { Topic = "absent" }, 2));
        await host.ExpectAsync<BufferFull>();
        await host.Client.DisposeAsync();
        Failed[] failed = [await host.ExpectAsync<Failed>(), await host.ExpectAsync<Failed>()];
        Assert.That(failed.Select(answer => answer.Tag), Is.EquivalentTo(new object[] { 1, 2 }));
    }

    private static async Task<IActorRef> StartAsync(ClientHost host, ProducerSettings? settings = null)
    {
        IActorRef producer = host.System.ActorOf(host.Client.ProducerProps(settings));
        host.Tell(producer, new Send(Record(0)));
        await host.ExpectUpToAsync<Ready>();
        host.Tell(producer, new ProducerProtocol.Flush());
        await host.ExpectUpToAsync<Flushed>();
        return producer;
    }

    private static FakeCluster Cluster()
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("t");
        return cluster;
    }

    private static ProducerRecord Record(int number) => new("t", null, Encoding.ASCII.GetBytes($"{number}"));
}
