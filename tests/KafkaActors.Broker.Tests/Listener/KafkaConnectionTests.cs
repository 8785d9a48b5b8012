using KafkaActors.Broker.Handlers;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>Requests, in any number under way, and their responses.</summary>
public sealed class KafkaConnectionTests : ConnectionTest
{
    [Test]
    public async Task Responses_leave_in_the_order_of_the_requests_whoever_is_done_first()
    {
        await Start();
        for (int i = 0; i < 5; i++) await Ask();
        await AskedFor(5);
        foreach ((_, RequestContext context) in Enumerable.Reverse(Handler.Take())) context.Respond(Answer());
        for (int i = 0; i < 5; i++)
            Assert.That((await Client.ReceiveAsync<MetadataResponse>()).Topics, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task Answers_from_many_threads_lose_nothing_and_pass_nobody()
    {
        const int seed = 1234;
        const int requests = 3000;
        await Start();
        var random = new Random(seed);
        Handler.AtOnce = context =>
        {
            int how = random.Next(3);
            if (how == 0) context.Respond(Answer());
            else ThreadPool.UnsafeQueueUserWorkItem(_ => context.Respond(Answer(how * 200)), null);
        };
        Task asking = Task.Run(async () =>
        {
            for (int i = 0; i < requests; i++) await Ask();
        });
        for (int i = 0; i < requests; i++)
        {
            await Eventually.True(() => Handler.Count > i, $"request {i} is read (seed {seed})");
            Assert.That(await Client.ReceiveAsync(), Is.TypeOf<MetadataResponse>());
        }

        await asking;
        await HoldsNothing();
    }

    [Test]
    public async Task Only_so_many_requests_are_read_that_are_not_answered()
    {
        await Start(Settings with { MaxRequestsPerConnection = 3 });
        for (int i = 0; i < 5; i++) await Ask();
        await AskedFor(3);
        Handler.Take()[0].Context.Respond(Answer());
        await AskedFor(4);
        Assert.That(await Client.ReceiveAsync(), Is.TypeOf<MetadataResponse>());
    }

    [Test]
    public async Task A_request_that_needs_no_answer_keeps_its_place()
    {
        await Start();
        await Ask();
        await Client.SendRawAsync(KafkaWireClient.Frame(SampleRequests.Produce("t", []), 11));
        await Ask();
        await AskedFor(2);
        Keeper.Take()[0].Context.RespondNothing();
        foreach ((_, RequestContext context) in Handler.Take()) context.Respond(Answer());
        Assert.That(await Client.ReceiveAsync(), Is.TypeOf<MetadataResponse>());
        Assert.That(await Client.ReceiveAsync(), Is.TypeOf<MetadataResponse>());
    }

    [Test]
    public async Task Kept_bytes_last_until_the_answer_though_more_is_received()
    {
        await Start();
        byte[] records = [.. Enumerable.Range(0, 200).Select(value => (byte)value)];
        await Client.SendAsync(SampleRequests.Produce("t", records));
        for (int i = 0; i < 50; i++) await Ask();
        await AskedFor(50);
        var produce = (ProduceRequest)Keeper.Take()[0].Request;
        var kept = (Protocol.Wire.MemoryRecords)produce.TopicData[0].PartitionData[0].Records!;
        Assert.That(kept.Bytes.ToArray(), Is.EqualTo(records));
    }

    [Test]
    public async Task An_answer_that_comes_twice_is_sent_once()
    {
        await Start();
        await Ask();
        await AskedFor(1);
        RequestContext context = Handler.Take()[0].Context;
        context.Respond(Answer());
        context.Respond(Answer(500));
        context.RespondNothing();
        context.Fail(new InvalidOperationException("late"));
        await Ask();
        await AskedFor(2);
        Handler.Take()[0].Context.Respond(Answer());
        await Client.ReceiveAsync();
        Assert.That((await Client.ReceiveAsync<MetadataResponse>()).Topics[0].Name, Is.EqualTo("x"));
    }

    [Test]
    public async Task A_handler_that_throws_costs_its_client_the_connection()
    {
        await Start();
        Handler.AtOnce = _ => throw new InvalidOperationException("a fault of ours");
        await Ask();
        Assert.That(await Client.IsClosedAsync(), Is.True);
        await HoldsNothing();
    }

    [Test]
    public async Task An_answer_that_cannot_be_written_closes_the_connection_instead_of_never_coming()
    {
        await Start();
        // Version 1 has no way to say that a topic has no name.
        Handler.AtOnce = context => context.Respond(new MetadataResponse { Topics = [new() { Name = null }] });
        await Ask();
        Assert.That(await Client.IsClosedAsync(), Is.True);
        await HoldsNothing();
    }

    [Test]
    public async Task When_the_client_goes_its_requests_hold_nothing_and_are_told()
    {
        await Start();
        await Ask();
        await Client.SendAsync(SampleRequests.Produce("t", new byte[100_000]));
        await AskedFor(1);
        await Eventually.That(() => Keeper.Count, Is.EqualTo(1));
        Client.Dispose();
        await Connection.Ended.WaitAsync(Eventually.DefaultTimeout);
        RequestContext context = Handler.Take()[0].Context;
        Assert.That(context.Gone.IsCancellationRequested, Is.True);
        Assert.That(Services.Memory.Used, Is.Zero);
        context.Respond(Answer());
        Keeper.Take()[0].Context.Respond(new ProduceResponse());
        Assert.That(Services.Memory.Used, Is.Zero);
    }

    [Test]
    public async Task Records_of_an_answer_that_comes_too_late_are_let_go_of()
    {
        await Start();
        await Client.SendAsync(new FetchRequest());
        await Eventually.That(() => Fetcher.Count, Is.EqualTo(1));
        Connection.Leave();
        var records = new EndlessRecords(100);
        Fetcher.Take()[0].Context.Respond(EndlessRecords.In(records));
        Assert.That(records.IsReleased, Is.True);
    }
}
