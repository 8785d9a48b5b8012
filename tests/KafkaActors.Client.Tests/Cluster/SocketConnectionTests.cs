using Akka.Actor;
using Akka.Configuration;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;
using static KafkaActors.Client.Cluster.ConnectionProtocol;

namespace KafkaActors.Client.Tests.Cluster;

/// <summary>The socket carrier of the conversation with one broker, whose side the test plays.</summary>
public sealed class SocketConnectionTests() : ActorTest(Configuration), IDisposable
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    private readonly ScriptedBroker _broker = new();

    private static Config Configuration => TestClient.Overlay("").WithFallback(KafkaActorsClientConfig.Fragment);

    private IActorRef Connection => field ??= Sys.ActorOf(Props.Create(() => new SocketConnection(
        new NodeAddress.KafkaPort("127.0.0.1", _broker.Port),
        ClientSettings.From(Configuration),
        TimeProvider.System)));

    public void Dispose() => _broker.Dispose();

    [Test]
    public async Task A_request_is_answered_with_its_response_and_the_version_of_both()
    {
        Connection.Tell(new Ask("tag", new ListGroupsRequest(), Long), TestActor);
        using BrokerSide side = await _broker.MeetAsync();
        RequestHeader header = await side.ReceiveAsync(ApiKey.ListGroups);
        await side.AnswerAsync(header, new ListGroupsResponse { ErrorCode = ErrorCode.CoordinatorNotAvailable });
        var answered = await ExpectMsgAsync<Answered>();
        Assert.That(answered.Tag, Is.EqualTo("tag"));
        Assert.That((answered.Version, answered.Error), Is.EqualTo((header.Version, ErrorCode.None)));
        Assert.That(
            ((ListGroupsResponse)answered.Response!).ErrorCode, Is.EqualTo(ErrorCode.CoordinatorNotAvailable));
    }

    [Test]
    public async Task A_fetch_that_waits_holds_up_nobody_else()
    {
        IActorRef other = Sys.ActorOf(Props.Create(() => new Forwarder(TestActor)));
        Connection.Tell(new Ask("waits", new FetchRequest { Topics = [] }, Long), other);
        using BrokerSide waiting = await _broker.MeetAsync();
        await waiting.ReceiveAsync(ApiKey.Fetch);
        Connection.Tell(new Ask("fetches", new FetchRequest { Topics = [] }, Long), TestActor);
        using BrokerSide fetching = await _broker.MeetAsync();
        await fetching.AnswerAsync(await fetching.ReceiveAsync(ApiKey.Fetch), new FetchResponse());
        Assert.That((await ExpectMsgAsync<Answered>()).Tag, Is.EqualTo("fetches"));
        Connection.Tell(new Ask("asks", new ListGroupsRequest(), Long), TestActor);
        using BrokerSide shared = await _broker.MeetAsync();
        await shared.AnswerAsync(await shared.ReceiveAsync(ApiKey.ListGroups), new ListGroupsResponse());
        Assert.That((await ExpectMsgAsync<Answered>()).Tag, Is.EqualTo("asks"));
    }

    [Test]
    public async Task A_member_that_stops_leaves_its_group_even_while_it_joins()
    {
        IActorRef member = Sys.ActorOf(Props.Create(() => new Forwarder(TestActor)));
        var will = new LeaveGroupRequest { GroupId = "g", Members = [new() { MemberId = "m" }] };
        Connection.Tell(new LastWill(will), member);
        Connection.Tell(new Ask("joins", new JoinGroupRequest { GroupId = "g" }, Long), member);
        using BrokerSide joining = await _broker.MeetAsync();
        await joining.ReceiveAsync(ApiKey.JoinGroup);
        Sys.Stop(member);
        using BrokerSide shared = await _broker.MeetAsync();
        (RequestHeader header, IRequestMessage message) = await shared.ReceiveAsync();
        Assert.That(((LeaveGroupRequest)message).Members[0].MemberId, Is.EqualTo("m"));
        await shared.AnswerAsync(header, new LeaveGroupResponse());
        Assert.That(await joining.IsLeftAsync(), Is.True);
    }

    [Test]
    public async Task A_will_that_was_revoked_is_not_sent()
    {
        IActorRef member = Sys.ActorOf(Props.Create(() => new Forwarder(TestActor)));
        Connection.Tell(new LastWill(new LeaveGroupRequest { GroupId = "g" }), member);
        Connection.Tell(new LastWill(null), member);
        await WatchAsync(member);
        Sys.Stop(member);
        await ExpectTerminatedAsync(member);
        Connection.Tell(new Ask("asks", new ListGroupsRequest(), Long), TestActor);
        using BrokerSide side = await _broker.MeetAsync();
        await side.AnswerAsync(await side.ReceiveAsync(ApiKey.ListGroups), new ListGroupsResponse());
        Assert.That((await ExpectMsgAsync<Answered>()).Tag, Is.EqualTo("asks"));
    }

    [Test]
    public async Task A_client_that_closes_sends_the_wills_of_its_members()
    {
        Connection.Tell(new Ask("asks", new ListGroupsRequest(), Long), TestActor);
        using BrokerSide side = await _broker.MeetAsync();
        await side.AnswerAsync(await side.ReceiveAsync(ApiKey.ListGroups), new ListGroupsResponse());
        await ExpectMsgAsync<Answered>();
        Connection.Tell(new LastWill(new LeaveGroupRequest { GroupId = "g" }), TestActor);
        Connection.Tell(PoisonPill.Instance);
        await side.AnswerAsync(await side.ReceiveAsync(ApiKey.LeaveGroup), new LeaveGroupResponse());
        Assert.That(await side.IsLeftAsync(), Is.True);
    }

    [Test]
    public async Task An_append_without_acknowledgement_is_answered_once_it_is_written()
    {
        Connection.Tell(new Ask("append", new ProduceRequest { Acks = 0, TopicData = [] }, Long), TestActor);
        using BrokerSide side = await _broker.MeetAsync();
        await side.ReceiveAsync(ApiKey.Produce);
        var answered = await ExpectMsgAsync<Answered>();
        Assert.That(answered.Response, Is.InstanceOf<ProduceResponse>());
        Assert.That(answered.Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_lost_connection_fails_what_is_under_way()
    {
        Connection.Tell(new Ask("asks", new ListGroupsRequest(), Long), TestActor);
        BrokerSide side = await _broker.MeetAsync();
        await side.ReceiveAsync(ApiKey.ListGroups);
        side.Dispose();
        var answered = await ExpectMsgAsync<Answered>();
        Assert.That((answered.Response, answered.Error), Is.EqualTo(((object?)null, ErrorCode.NetworkException)));
        Assert.That(answered.Message, Does.Contain(_broker.Address));
    }

    /// <summary>Asks in the test's place.</summary>
    private sealed class Forwarder(IActorRef test) : UntypedActor
    {
        protected override void OnReceive(object message) => test.Tell(message);
    }
}
