using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Network.Tests;

/// <summary>Connections that are cut at every place, and brokers that send what they should not.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class LostConnectionTests
{
    private static IEnumerable<TestCaseData> HostileBytes()
    {
        yield return new TestCaseData(new byte[] { 0, 0, 0, 8, 0x7f, 0, 0, 1, 0, 0, 0, 0 })
            .SetArgDisplayNames("another correlation id");
        yield return new TestCaseData(new byte[] { 0x40, 0, 0, 0 }).SetArgDisplayNames("a length of a gibibyte");
        yield return new TestCaseData(new byte[] { 0xff, 0xff, 0xff, 0xff }).SetArgDisplayNames("a negative length");
        yield return new TestCaseData(new byte[] { 0, 0, 0, 2, 0, 0 }).SetArgDisplayNames("a length without an id");
        yield return new TestCaseData(new byte[] { 0, 0, 0, 5, 0, 0, 0, 1, 0 }).SetArgDisplayNames("half a response");
        yield return new TestCaseData("HTTP/1.1 400 Bad Request\r\n\r\n"u8.ToArray()).SetArgDisplayNames("HTTP");
    }

    [TestCaseSource(nameof(HostileBytes))]
    public async Task Bytes_that_are_no_response_end_the_connection_with_an_unknown_outcome(byte[] bytes)
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> first = link.AskAsync(Links.Heartbeat(), Links.Long);
        Task<IResponseMessage?> second = link.AskAsync(Links.Heartbeat(), Links.Long);
        using BrokerSide side = await broker.MeetAsync();
        await side.ReceiveAsync(ApiKey.Heartbeat);
        await side.ReceiveAsync(ApiKey.Heartbeat);
        await side.SendAsync(bytes);
        foreach (Task<IResponseMessage?> asking in (Task<IResponseMessage?>[])[first, second])
        {
            BrokerFault fault = await Links.FaultOf(asking);
            Assert.That(fault.Error, Is.EqualTo(ErrorCode.NetworkException));
            Assert.That(fault.IsOutcomeUnknown, Is.True);
            Assert.That(fault.Message, Does.Contain("Kafka's protocol"));
        }

        Assert.That(await side.IsLeftAsync(), Is.True);
    }

    [Test]
    public async Task A_response_to_nothing_ends_the_connection()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> asking = link.AskAsync(Links.Heartbeat(), Links.Long);
        using BrokerSide side = await broker.MeetAsync();
        RequestHeader header = await side.ReceiveAsync(ApiKey.Heartbeat);
        byte[] response = BrokerSide.Frame(header, new HeartbeatResponse());
        await side.SendAsync((byte[])[.. response, .. response]);
        Assert.That(await asking, Is.Not.Null);
        Assert.That(await side.IsLeftAsync(), Is.True);
    }

    [Test]
    public async Task A_response_to_a_request_that_asked_for_none_is_passed_over_once()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?>[] written = [.. Enumerable.Range(0, 2)
            .Select(_ => link.AskAsync(Links.Produce(acks: 0, Links.Bytes(100)), Links.Long))];
        using BrokerSide side = await broker.MeetAsync();
        RequestHeader first = await side.ReceiveAsync(ApiKey.Produce);
        RequestHeader second = await side.ReceiveAsync(ApiKey.Produce);
        Assert.That(await Task.WhenAll(written), Is.All.Null);
        await side.SendAsync(BrokerSide.Frame(first, new ProduceResponse()));
        Task<IResponseMessage?> asking = link.AskAsync(Links.Heartbeat(), Links.Long);
        await side.AnswerAsync(await side.ReceiveAsync(ApiKey.Heartbeat), new HeartbeatResponse());
        Assert.That(await asking, Is.Not.Null, "the connection goes on");
        await side.SendAsync(BrokerSide.Frame(second, new ProduceResponse()));
        Assert.That(await side.IsLeftAsync(), Is.True, "a response to what came before the last one is out of order");
    }

    [Test]
    public async Task A_response_longer_than_the_limit_is_refused_before_it_is_received()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker, Links.Settings with { MaxResponseBytes = 1000 });
        Task<IResponseMessage?> asking = link.AskAsync(new FetchRequest { Topics = [] }, Links.Long);
        using BrokerSide side = await broker.MeetAsync();
        RequestHeader header = await side.ReceiveAsync(ApiKey.Fetch);
        byte[] response = BrokerSide.Frame(header, Links.Fetched(Links.Bytes(2000)));
        await side.SendAsync(response.AsMemory(0, 10));
        Assert.That((await Links.FaultOf(asking)).Message, Does.Contain("of which 1000 are allowed"));
    }

    [Test]
    public async Task A_connection_cut_at_any_byte_of_a_response_fails_what_is_under_way_and_is_opened_again()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        byte[] response = BrokerSide.Frame(
            new RequestHeader((short)ApiKey.Heartbeat, 4, 1, null), new HeartbeatResponse());
        for (int cut = 0; cut < response.Length; cut++)
        {
            Task<IResponseMessage?> asking = link.AskAsync(Links.Heartbeat(), Links.Long);
            using BrokerSide side = await broker.MeetAsync();
            await side.ReceiveAsync(ApiKey.Heartbeat);
            await side.SendAsync(response.AsMemory(0, cut));
            side.Dispose();
            BrokerFault fault = await Links.FaultOf(asking);
            Assert.That(fault.Error, Is.EqualTo(ErrorCode.NetworkException), $"cut after {cut} bytes");
            Assert.That(fault.IsOutcomeUnknown, Is.True, $"cut after {cut} bytes");
        }
    }

    [Test]
    public async Task Requests_that_were_not_sent_go_out_over_the_next_connection_in_their_order()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker, Links.Settings with { MaxInFlight = 1 });
        Task<IResponseMessage?> lost = link.AskAsync(Links.Heartbeat("lost"), Links.Long);
        Task<IResponseMessage?>[] waiting = [.. Enumerable.Range(0, 3)
            .Select(number => link.AskAsync(Links.Heartbeat($"{number}"), Links.Long))];
        BrokerSide first = await broker.MeetAsync();
        await first.ReceiveAsync(ApiKey.Heartbeat);
        first.Dispose();
        Assert.That((await Links.FaultOf(lost)).IsOutcomeUnknown, Is.True);
        using BrokerSide second = await broker.MeetAsync();
        foreach (int number in Enumerable.Range(0, 3))
        {
            (RequestHeader header, IRequestMessage message) = await second.ReceiveAsync();
            Assert.That(((HeartbeatRequest)message).GroupId, Is.EqualTo($"{number}"));
            await second.AnswerAsync(header, new HeartbeatResponse());
        }

        Assert.That(await Task.WhenAll(waiting), Has.None.Null);
    }

    [Test]
    public async Task A_broker_that_cannot_be_reached_is_named_with_the_reason()
    {
        var broker = new ScriptedBroker();
        string endpoint = broker.Address;
        using BrokerLink link = Links.To(broker);
        broker.Dispose();
        BrokerFault fault = await Links.FaultOf(link.AskAsync(Links.Heartbeat(), Links.Long));
        Assert.That(fault.Error, Is.EqualTo(ErrorCode.NetworkException));
        Assert.That(fault.Message, Is.EqualTo($"{endpoint} cannot be reached: connection refused."));
        Assert.That(fault.IsOutcomeUnknown, Is.False);
    }

    [Test]
    public async Task A_broker_that_does_not_greet_in_time_is_given_up()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker, Links.Settings with { SetupTimeout = Links.Short });
        BrokerFault fault = await Links.FaultOf(link.AskAsync(Links.Heartbeat(), Links.Long));
        Assert.That(fault.Message, Does.Contain("no answer within 0.2 s.").Or.Contain("no answer within 0.1 s."));
    }

    [Test]
    public async Task A_request_does_not_wait_for_a_connection_longer_than_its_own_time()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        BrokerFault fault = await Links.FaultOf(link.AskAsync(Links.Heartbeat(), Links.Short));
        Assert.That(fault.Error, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(fault.IsOutcomeUnknown, Is.False);
    }

    [Test]
    public async Task A_connection_that_was_idle_for_long_is_left_for_a_new_one()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker, Links.Settings with { MaxIdle = TimeSpan.Zero });
        foreach (int _ in Enumerable.Range(0, 2))
        {
            Task<IResponseMessage?> asking = link.AskAsync(Links.Heartbeat(), Links.Long);
            using BrokerSide side = await broker.MeetAsync();
            await side.AnswerAsync(await side.ReceiveAsync(ApiKey.Heartbeat), new HeartbeatResponse());
            Assert.That(await asking, Is.Not.Null);
            await Eventually.That(() => link.IsIdle, Is.True);
        }
    }
}
