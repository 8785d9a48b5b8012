using System.Buffers.Binary;
using KafkaActors.Broker.Budgets;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Listener;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>
/// What a connection's requests hold while they arrive and until they are answered, and who waits for it.
/// </summary>
public sealed class RequestMemoryTests : ConnectionTest
{
    private const int Large = 5 * 1024 * 1024;

    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(10);

    [Test]
    public async Task A_length_alone_is_charged_no_more_than_the_first_buffer()
    {
        await Start();
        await Client.SendRawAsync(Begun(Large, 0));
        await Eventually.That(() => Services.Memory.Used, Is.EqualTo(FrameBuffer.FirstLargeBytes));
    }

    [Test]
    public async Task A_request_is_charged_as_it_arrives_until_it_is_answered()
    {
        await Start();
        byte[] frame = KafkaWireClient.Frame(SampleRequests.Produce("t", new byte[Large]), 9);
        await Client.SendRawAsync(frame.AsMemory(0, 1_000_000));
        await Eventually.That(() => Services.Memory.Used, Is.InRange(1_000_000, 2_000_000));
        Assert.That(Services.Memory.Large.Used, Is.EqualTo(Services.Memory.Used), "by what it is to become");
        await Client.SendRawAsync(frame.AsMemory(1_000_000));
        await Eventually.That(() => Keeper.Count, Is.EqualTo(1));
        Assert.That(Services.Memory.Used, Is.InRange(Large, Large + Large / 10));
        Keeper.Take()[0].Context.Respond(new ProduceResponse());
        await HoldsNothing();
    }

    [Test]
    public async Task A_request_without_records_is_charged_for_what_it_becomes()
    {
        await Start();
        var names = Enumerable.Range(0, 5000).Select(
            number => new MetadataRequest.MetadataRequestTopic { Name = $"topic-{number}" });
        var request = new MetadataRequest { Topics = [.. names] };
        int length = KafkaWireClient.Frame(request, 1).Length;
        await Client.SendAsync(request, 1);
        await AskedFor(1);
        Assert.That(Services.Memory.Objects.Used, Is.GreaterThanOrEqualTo(8 * length));
        Assert.That(Services.Memory.Used, Is.EqualTo(Services.Memory.Objects.Used));
        Handler.Take()[0].Context.Respond(Answer());
        await HoldsNothing();
    }

    [Test]
    public async Task A_small_request_waits_for_no_memory_and_what_is_more_than_the_connections_own_does()
    {
        await Start();
        using BudgetShare all = await TakeAllAsync(Services.Memory.Ordinary);
        await Ask();
        await AskedFor(1);
        Handler.Take()[0].Context.Respond(Answer());
        ProduceRequest request = SampleRequests.Produce("t", new byte[15_000]);
        await Client.SendAsync(request);
        await Client.SendAsync(request);
        await Eventually.That(() => Services.Memory.IsShort, Is.True);
        Assert.That(Keeper.Count, Is.EqualTo(1));
        // The client can do nothing about it: it is not cut off for having sent half a request.
        Clock.Advance(Stall + Stall);
        Connection.Sweep();
        Connection.GiveWay();
        all.Dispose();
        await Eventually.That(() => Keeper.Count, Is.EqualTo(2));
        foreach ((_, RequestContext context) in Keeper.Take()) context.Respond(new ProduceResponse());
        Assert.That(await Client.ReceiveAsync(), Is.TypeOf<MetadataResponse>());
        Assert.That(await Client.ReceiveAsync(), Is.TypeOf<ProduceResponse>());
        await HoldsNothing();
    }

    [Test]
    public async Task Large_requests_wait_for_large_ones_only()
    {
        await Start();
        using BudgetShare all = await TakeAllAsync(Services.Memory.Large);
        await Client.SendAsync(SampleRequests.Produce("t", new byte[1_000_000]));
        await Eventually.That(() => Keeper.Count, Is.EqualTo(1));
        await Client.SendRawAsync(Begun(Large, 100_000));
        await Eventually.That(() => Services.Memory.Large.IsShort, Is.True);
        Assert.That(Services.Memory.Ordinary.IsShort, Is.False);
    }

    [Test]
    public async Task A_request_that_does_not_come_on_gives_way_to_those_who_wait()
    {
        await Start();
        await Client.SendRawAsync(Begun(Large, 100_000));
        await Eventually.That(() => Services.Memory.Used, Is.GreaterThan(100_000));
        Clock.Advance(Stall - Instant);
        Connection.GiveWay();
        Assert.That(Connection.Ended.IsCompleted, Is.False, "nobody waits");
        using BudgetShare all = await TakeAllAsync(Services.Memory.Large);
        using BudgetShare next = Services.Memory.Large.Open("next");
        Task waiting = next.TakeAsync(10 * 1024 * 1024, CancellationToken.None);
        await Eventually.True(
            () =>
            {
                // The read loop may have begun to wait only after the time above had passed.
                Clock.Advance(Stall);
                Connection.GiveWay();
                return Connection.Ended.IsCompleted;
            },
            "it gives way");
        Assert.That(await Client.IsClosedAsync(), Is.True);
        all.Dispose();
        await waiting;
        next.Dispose();
        await HoldsNothing();
    }

    [Test]
    public async Task A_request_that_comes_on_does_not_give_way()
    {
        await Start();
        await Client.SendRawAsync(Begun(Large, 100_000));
        await Eventually.That(() => Services.Memory.Used, Is.GreaterThan(100_000));
        using BudgetShare all = await TakeAllAsync(Services.Memory.Large);
        Task waiting = Services.Memory.Large.Open("next").TakeAsync(1, CancellationToken.None);
        Clock.Advance(FrameArrival.Grace - Instant);
        Connection.GiveWay();
        Assert.That((waiting.IsCompleted, Connection.Ended.IsCompleted), Is.EqualTo((false, false)));
    }

    [Test]
    public async Task Whoever_leaves_a_connection_that_waits_for_memory_leaves_the_line()
    {
        await Start();
        using BudgetShare all = await TakeAllAsync(Services.Memory.Large);
        await Client.SendRawAsync(Begun(Large, 100_000));
        await Eventually.That(() => Services.Memory.IsShort, Is.True);
        Connection.Leave();
        await Connection.Ended.WaitAsync(Eventually.DefaultTimeout);
        Assert.That(Services.Memory.IsShort, Is.False);
        all.Dispose();
        await HoldsNothing();
    }

    // Every way in which a request, or the half of one, can end.
    [Test]
    public async Task Whatever_way_requests_end_they_hold_nothing_afterwards()
    {
        const int seed = 2611;
        var random = new Random(seed);
        await Start();
        for (int round = 0; round < 150; round++)
        {
            if (round > 0) await Reconnect();
            int act = random.Next(6);
            Keeper.AtOnce = context => End(context, act);
            Handler.AtOnce = Keeper.AtOnce;
            int requests = random.Next(1, 5);
            for (int i = 0; i < requests; i++)
            {
                byte[] frame = KafkaWireClient.Frame(Any(random), 9);
                bool isCut = random.Next(4) == 0;
                if (random.Next(4) == 0) random.NextBytes(frame.AsSpan(frame.Length / 2));
                try
                {
                    await Client.SendRawAsync(frame.AsMemory(0, isCut ? random.Next(frame.Length) : frame.Length));
                }
                catch (System.Net.Sockets.SocketException)
                {
                    // It was cut off already, as it may be.
                }

                if (isCut) break;
            }

            if (random.Next(2) == 0) Client.Dispose();
            else Connection.Leave();
            await Connection.Ended.WaitAsync(Eventually.DefaultTimeout);
            foreach ((_, RequestContext context) in Keeper.Take().Concat(Handler.Take())) End(context, random.Next(4));
            Assert.That(
                Services.Memory.Used + Connection.Memory.OwnUsed, Is.Zero, $"seed {seed}, round {round}, {act}");
        }
    }

    private static void End(RequestContext context, int act)
    {
        switch (act)
        {
            case 0: context.RespondNothing(); break;
            case 1: context.Fail(new TimeoutException("too late")); break;
            case 2: context.Respond(new ProduceResponse { Responses = null! }); break;
            case 3: context.Respond(new ProduceResponse()); break;
            case 4: throw new InvalidOperationException("a fault of ours");
            default: ThreadPool.UnsafeQueueUserWorkItem(_ => context.Respond(new ProduceResponse()), null); break;
        }
    }

    private static IRequestMessage Any(Random random) => random.Next(3) switch
    {
        0 => new MetadataRequest { Topics = [] },
        1 => SampleRequests.Produce("t", new byte[random.Next(20_000)]),
        _ => SampleRequests.Produce("t", new byte[random.Next(3_000_000)]),
    };

    /// <summary>The start of a Produce request that claims to be so long.</summary>
    private static byte[] Begun(int length, int sent)
    {
        byte[] start = new byte[sizeof(int) + sizeof(short) + sent];
        BinaryPrimitives.WriteInt32BigEndian(start, length);
        BinaryPrimitives.WriteInt16BigEndian(start.AsSpan(sizeof(int)), (short)ApiKey.Produce);
        return start;
    }

    private static async Task<BudgetShare> TakeAllAsync(ByteBudget budget)
    {
        BudgetShare all = budget.Open("all");
        await all.TakeAsync(2 * budget.Capacity, CancellationToken.None);
        return all;
    }
}
