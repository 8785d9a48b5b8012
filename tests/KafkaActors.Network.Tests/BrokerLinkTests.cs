using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Network.Tests;

[Parallelizable(ParallelScope.All)]
public sealed class BrokerLinkTests
{
    [Test]
    public async Task A_request_opens_the_connection_and_gets_its_response()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> asking = link.AskAsync(Links.Heartbeat("one"), Links.Long);
        using BrokerSide side = await broker.MeetAsync();
        (RequestHeader header, IRequestMessage message) = await side.ReceiveAsync();
        await side.AnswerAsync(header, new HeartbeatResponse { ErrorCode = ErrorCode.UnknownMemberId });
        var response = (HeartbeatResponse)(await asking)!;
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.UnknownMemberId));
        Assert.That(((HeartbeatRequest)message).GroupId, Is.EqualTo("one"));
        Assert.That(header.ClientId, Is.EqualTo("test"));
        Assert.That(header.Version, Is.EqualTo(ApiMessages.Heartbeat.Advertised.Max));
        Assert.That(link.IsIdle, Is.True);
    }

    [Test]
    public async Task Requests_leave_one_after_the_other_without_waiting_for_responses()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?>[] asking = [.. Enumerable.Range(0, 50)
            .Select(number => link.AskAsync(Links.Heartbeat($"{number}"), Links.Long))];
        using BrokerSide side = await broker.MeetAsync();
        List<RequestHeader> headers = [];
        foreach (int number in Enumerable.Range(0, 50))
        {
            (RequestHeader header, IRequestMessage message) = await side.ReceiveAsync();
            Assert.That(((HeartbeatRequest)message).GroupId, Is.EqualTo($"{number}"));
            headers.Add(header);
        }

        foreach ((int number, RequestHeader header) in headers.Index())
            await side.AnswerAsync(header, new HeartbeatResponse { ThrottleTimeMs = number });
        IResponseMessage?[] responses = await Task.WhenAll(asking);
        Assert.That(
            responses.Select(response => ((HeartbeatResponse)response!).ThrottleTimeMs),
            Is.EqualTo(Enumerable.Range(0, 50)));
    }

    [Test]
    public async Task No_more_requests_are_under_way_than_the_limit_allows()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker, Links.Settings with { MaxInFlight = 2 });
        Task<IResponseMessage?>[] asking = [.. Enumerable.Range(0, 3)
            .Select(number => link.AskAsync(Links.Heartbeat($"{number}"), Links.Long))];
        using BrokerSide side = await broker.MeetAsync();
        RequestHeader first = await side.ReceiveAsync(ApiKey.Heartbeat);
        RequestHeader second = await side.ReceiveAsync(ApiKey.Heartbeat);
        Task<(RequestHeader, IRequestMessage)> third = side.ReceiveAsync();
        Assert.That(third.IsCompleted, Is.False);
        await side.AnswerAsync(first, new HeartbeatResponse());
        (RequestHeader header, _) = await third;
        await side.AnswerAsync(second, new HeartbeatResponse());
        await side.AnswerAsync(header, new HeartbeatResponse());
        Assert.That(await Task.WhenAll(asking), Has.None.Null);
    }

    [TestCase(100)]
    [TestCase(300_000)]
    public async Task A_batch_arrives_whole_and_its_response_too(int size)
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        byte[] records = Links.Bytes(size);
        Task<IResponseMessage?> producing = link.AskAsync(Links.Produce(-1, records), Links.Long);
        Task<IResponseMessage?> fetching = link.AskAsync(new FetchRequest { Topics = [] }, Links.Long);
        using BrokerSide side = await broker.MeetAsync();
        (RequestHeader header, IRequestMessage message) = await side.ReceiveAsync();
        var sent = (MemoryRecords)((ProduceRequest)message).TopicData[0].PartitionData[0].Records!;
        Assert.That(sent.Bytes.Span.SequenceEqual(records), Is.True);
        await side.AnswerAsync(header, new ProduceResponse());
        await side.AnswerAsync(await side.ReceiveAsync(ApiKey.Fetch), Links.Fetched(records));
        Assert.That(await producing, Is.InstanceOf<ProduceResponse>());
        var fetched = (MemoryRecords)((FetchResponse)(await fetching)!).Responses[0].Partitions[0].Records!;
        Assert.That(fetched.Bytes.Span.SequenceEqual(records), Is.True);
    }

    [Test]
    public async Task Fetched_records_stay_as_they_are_when_more_is_received()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?>[] asking = [.. Enumerable.Range(0, 8)
            .Select(_ => link.AskAsync(new FetchRequest { Topics = [] }, Links.Long))];
        using BrokerSide side = await broker.MeetAsync();
        for (int seed = 0; seed < 8; seed++)
        {
            RequestHeader header = await side.ReceiveAsync(ApiKey.Fetch);
            await side.AnswerAsync(header, Links.Fetched(Links.Bytes(1000, seed)));
        }

        IResponseMessage?[] responses = await Task.WhenAll(asking);
        foreach ((int seed, IResponseMessage? response) in responses.Index())
        {
            var records = (MemoryRecords)((FetchResponse)response!).Responses[0].Partitions[0].Records!;
            Assert.That(records.Bytes.Span.SequenceEqual(Links.Bytes(1000, seed)), Is.True, $"fetch {seed}");
        }
    }

    [Test]
    public async Task A_batch_without_acknowledgement_is_done_with_once_it_is_written()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> producing = link.AskAsync(Links.Produce(0, Links.Bytes(500)), Links.Long);
        Task<IResponseMessage?> asking = link.AskAsync(Links.Heartbeat(), Links.Long);
        using BrokerSide side = await broker.MeetAsync();
        await side.ReceiveAsync(ApiKey.Produce);
        Assert.That(await producing, Is.Null);
        await side.AnswerAsync(await side.ReceiveAsync(ApiKey.Heartbeat), new HeartbeatResponse());
        Assert.That(await asking, Is.Not.Null);
    }

    [Test]
    public async Task What_the_broker_lacks_fails_its_request_alone_and_before_it_is_sent()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> groups = link.AskAsync(new ConsumerGroupHeartbeatRequest { GroupId = "g" }, Links.Long);
        Task<IResponseMessage?> asking = link.AskAsync(Links.Heartbeat(), Links.Long);
        using BrokerSide side = await broker.AcceptAsync();
        await side.TellVersionsAsync(
            new ApiVersionsResponse.ApiVersion { ApiKey = (short)ApiKey.Heartbeat, MaxVersion = 2 });
        RequestHeader header = await side.ReceiveAsync(ApiKey.Heartbeat);
        Assert.That(header.Version, Is.EqualTo(2));
        await side.AnswerAsync(header, new HeartbeatResponse());
        Assert.That(await asking, Is.Not.Null);
        BrokerFault fault = await Links.FaultOf(groups);
        Assert.That(fault.Error, Is.EqualTo(ErrorCode.UnsupportedVersion));
        Assert.That(fault.Message, Does.Contain("ConsumerGroupHeartbeat").And.Contain("4.0"));
        Assert.That(fault.IsOutcomeUnknown, Is.False);
    }

    [Test]
    public async Task A_request_that_cannot_be_written_fails_alone()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> before = link.AskAsync(Links.Produce(-1, Links.Bytes(100)), Links.Long);
        Task<IResponseMessage?> tooLong = link.AskAsync(Links.Heartbeat(new string('x', 40_000)), Links.Long);
        Task<IResponseMessage?> after = link.AskAsync(Links.Heartbeat(), Links.Long);
        using BrokerSide side = await broker.MeetAsync();
        await side.AnswerAsync(await side.ReceiveAsync(ApiKey.Produce), new ProduceResponse());
        await side.AnswerAsync(await side.ReceiveAsync(ApiKey.Heartbeat), new HeartbeatResponse());
        Assert.That(await before, Is.Not.Null);
        Assert.That(await after, Is.Not.Null);
        BrokerFault fault = await Links.FaultOf(tooLong);
        Assert.That(fault.Error, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(fault.Message, Does.Contain("Heartbeat"));
    }

    [Test]
    public async Task A_request_that_is_overdue_fails_alone_and_its_late_response_is_nobody_s()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> hasty = link.AskAsync(Links.Heartbeat("hasty"), Links.Short);
        Task<IResponseMessage?> patient = link.AskAsync(Links.Heartbeat("patient"), Links.Long);
        using BrokerSide side = await broker.MeetAsync();
        RequestHeader first = await side.ReceiveAsync(ApiKey.Heartbeat);
        RequestHeader second = await side.ReceiveAsync(ApiKey.Heartbeat);
        BrokerFault fault = await Links.FaultOf(hasty);
        Assert.That(fault.Error, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(fault.IsOutcomeUnknown, Is.True);
        await side.AnswerAsync(first, new HeartbeatResponse());
        await side.AnswerAsync(second, new HeartbeatResponse { ErrorCode = ErrorCode.IllegalGeneration });
        var response = (HeartbeatResponse)(await patient)!;
        Assert.That(response.ErrorCode, Is.EqualTo(ErrorCode.IllegalGeneration));
    }

    [Test]
    public async Task A_silent_broker_ends_the_connection_and_whatever_is_under_way()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker, Links.Settings with { SilenceLimit = Links.Short });
        Task<IResponseMessage?> hasty = link.AskAsync(Links.Heartbeat("hasty"), Links.Short);
        Task<IResponseMessage?> patient = link.AskAsync(Links.Heartbeat("patient"), Links.Long);
        using BrokerSide side = await broker.MeetAsync();
        BrokerFault fault = await Links.FaultOf(patient);
        Assert.That(fault.Error, Is.EqualTo(ErrorCode.NetworkException));
        Assert.That(fault.IsOutcomeUnknown, Is.True);
        Assert.That(fault.Message, Does.Contain("nothing was heard").And.Contain(broker.Address));
        Assert.That((await Links.FaultOf(hasty)).Error, Is.EqualTo(ErrorCode.RequestTimedOut));
    }

    [Test]
    public async Task A_broker_that_takes_nothing_more_does_not_hold_up_who_asks()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker, Links.Settings with { SilenceLimit = Links.Short });
        byte[] records = Links.Bytes(8 << 20);
        Task<IResponseMessage?>[] producing = [.. Enumerable.Range(0, 4)
            .Select(number => link.AskAsync(Links.Produce((short)(number - 3), records), Links.Short))];
        using BrokerSide side = await broker.MeetAsync();
        foreach (Task<IResponseMessage?> one in producing)
        {
            BrokerFault fault = await Links.FaultOf(one);
            Assert.That(fault.Error, Is.AnyOf(ErrorCode.RequestTimedOut, ErrorCode.NetworkException));
        }

        await Eventually.That(() => link.IsIdle, Is.True);
    }

    [Test]
    public async Task A_link_that_is_closed_fails_what_it_has_and_takes_no_more()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> underWay = link.AskAsync(Links.Heartbeat(), Links.Long);
        using BrokerSide side = await broker.MeetAsync();
        await side.ReceiveAsync(ApiKey.Heartbeat);
        link.Close("the test is over.");
        Assert.That((await Links.FaultOf(underWay)).IsOutcomeUnknown, Is.True);
        BrokerFault refused = await Links.FaultOf(link.AskAsync(Links.Heartbeat(), Links.Long));
        Assert.That(refused.Message, Does.Contain("the test is over."));
        Assert.That(refused.IsOutcomeUnknown, Is.False);
        Assert.That(await side.IsLeftAsync(), Is.True);
    }

    [Test]
    public async Task A_link_that_retires_still_gets_the_responses_under_way()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker);
        Task<IResponseMessage?> underWay = link.AskAsync(Links.Heartbeat(), Links.Long);
        using BrokerSide side = await broker.MeetAsync();
        RequestHeader header = await side.ReceiveAsync(ApiKey.Heartbeat);
        link.Retire(Links.Long);
        Assert.That(
            (await Links.FaultOf(link.AskAsync(Links.Heartbeat(), Links.Long))).Error,
            Is.EqualTo(ErrorCode.NetworkException));
        await side.AnswerAsync(header, new HeartbeatResponse());
        Assert.That(await underWay, Is.Not.Null);
        Assert.That(await side.IsLeftAsync(), Is.True);
    }

    [Test]
    public async Task More_requests_than_may_wait_are_refused_at_once()
    {
        using var broker = new ScriptedBroker();
        using BrokerLink link = Links.To(broker, Links.Settings with { MaxWaiting = 2 });
        Task<IResponseMessage?>[] waiting = [.. Enumerable.Range(0, 2)
            .Select(_ => link.AskAsync(Links.Heartbeat(), Links.Long))];
        BrokerFault fault = await Links.FaultOf(link.AskAsync(Links.Heartbeat(), Links.Long));
        Assert.That(fault.Message, Does.Contain("2 requests wait"));
        Assert.That(waiting.Any(one => one.IsCompleted), Is.False);
    }
}
