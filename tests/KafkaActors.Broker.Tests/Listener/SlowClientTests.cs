using KafkaActors.Broker.Budgets;
using KafkaActors.Broker.Listener;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>Clients that do not send, do not read, or do nothing.</summary>
public sealed class SlowClientTests : ConnectionTest
{
    private const int SmallestBuffer = 4096;

    private static readonly TimeSpan Instant = TimeSpan.FromSeconds(1);

    [Test]
    public async Task Half_a_request_is_waited_for_no_longer_than_the_stall_timeout()
    {
        await Start();
        await Client.SendRawAsync(new byte[] { 0, 0, 0, 50, 0 });
        Clock.Advance(Stall - Instant);
        Connection.Sweep();
        Assert.That(Connection.Ended.IsCompleted, Is.False);
        await IsCutOffAfter(Stall + Instant);
        Assert.That(await Client.IsClosedAsync(), Is.True);
    }

    [Test]
    public async Task A_silent_client_is_let_go_after_the_idle_time_and_not_before()
    {
        await Start();
        Clock.Advance(Idle - Instant);
        Connection.Sweep();
        Assert.That(Connection.Ended.IsCompleted, Is.False);
        await IsCutOffAfter(Instant + Instant);
        Assert.That(await Client.IsClosedAsync(), Is.True);
    }

    [Test]
    public async Task A_client_that_waits_for_its_answer_is_not_idle_nor_just_after_it()
    {
        await Start();
        await Ask();
        await AskedFor(1);
        Clock.Advance(Idle + Instant);
        Connection.Sweep();
        Assert.That(Connection.Ended.IsCompleted, Is.False);
        Handler.Take()[0].Context.Respond(Answer());
        await Client.ReceiveAsync();
        Connection.Sweep();
        Assert.That(Connection.Ended.IsCompleted, Is.False);
        await IsCutOffAfter(Idle + Instant);
    }

    [Test]
    public async Task A_request_that_is_not_answered_in_its_time_ends_the_connection()
    {
        await Start();
        Handler.AtOnce = context => context.Deadline = Clock.GetUtcNow() + Instant;
        await Ask();
        await AskedFor(1);
        Connection.Sweep();
        Assert.That(Connection.Ended.IsCompleted, Is.False);
        await IsCutOffAfter(Instant + Instant);
        Assert.That(Services.Memory.Used, Is.Zero);
    }

    [Test]
    public async Task A_client_that_stops_reading_in_the_middle_of_a_response_holds_a_chunk_and_is_cut_off()
    {
        await Start(receiveBytes: SmallestBuffer);
        var records = new EndlessRecords(500_000_000);
        Fetcher.AtOnce = context => context.Respond(EndlessRecords.In(records));
        await Client.SendAsync(new FetchRequest());
        await Eventually.True(() => records.Read > 0, "it begins to be sent");
        long before = 0;
        await Eventually.True(
            () =>
            {
                bool stands = records.Read == before;
                before = records.Read;
                return stands;
            },
            "the socket takes no more");
        Assert.That(records.Read, Is.LessThan(10_000_000));
        await IsCutOffAfter(Stall + Instant);
        await Eventually.That(() => records.IsReleased, Is.True);
    }

    [Test]
    public async Task A_client_that_reads_nothing_is_read_no_further_when_its_responses_hold_too_much()
    {
        const int responseBytes = 30_000;
        const int requests = 100;
        await Start(receiveBytes: 8 * SmallestBuffer);
        Handler.AtOnce = context => context.Respond(Answer(responseBytes));
        for (int i = 0; i < requests; i++) await Ask();
        int before = -1;
        await Eventually.True(
            () =>
            {
                bool stands = Handler.Count == before && before > 0;
                before = Handler.Count;
                return stands;
            },
            "it is read no further");
        Assert.That(Handler.Count, Is.LessThan(requests / 2), "about a megabyte, and what the sockets hold");
        for (int i = 0; i < requests; i++) Assert.That(await Client.ReceiveAsync(), Is.TypeOf<MetadataResponse>());
    }

    [Test]
    public async Task A_client_that_does_not_read_is_cut_off_when_others_need_what_its_responses_hold()
    {
        await Start(receiveBytes: SmallestBuffer);
        Handler.AtOnce = context => context.Respond(Answer(30_000));
        for (int i = 0; i < 30; i++) await Ask();
        await Eventually.That(() => Services.Responses.Used, Is.GreaterThan(100_000));
        Clock.Advance(FrameArrival.Grace + Instant);
        Connection.GiveWay();
        Assert.That(Connection.Ended.IsCompleted, Is.False, "nobody needs it");
        using BudgetShare others = Services.Responses.Open("others");
        others.Add(Services.Responses.Capacity);
        await Eventually.True(
            () =>
            {
                Clock.Advance(FrameArrival.Grace + Instant);
                Connection.GiveWay();
                return Connection.Ended.IsCompleted;
            },
            "it gives way");
        others.Dispose();
        await HoldsNothing();
    }

    [Test]
    public async Task Without_memory_for_responses_records_are_sent_in_small_chunks()
    {
        const int size = 3_000_000;
        await Start();
        using BudgetShare others = Services.Responses.Open("others");
        others.Add(Services.Responses.Capacity);
        Fetcher.AtOnce = context => context.Respond(EndlessRecords.In(new EndlessRecords(size)));
        await Client.SendAsync(new FetchRequest());
        var response = await Client.ReceiveAsync<FetchResponse>();
        Assert.That(response.Responses[0].Partitions[0].Records?.SizeInBytes, Is.EqualTo(size));
        Assert.That(Services.Responses.Used, Is.EqualTo(others.Held));
    }
}
