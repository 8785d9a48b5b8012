using Akka.Actor;
using KafkaActors.Broker.Handlers;
using KafkaActors.Messages;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.FrontDoor;

/// <summary>What a handler is told of a request that came by a session.</summary>
public sealed class SessionStagesTests : SessionTest
{
    private readonly KeepingHandler _handler = new();

    internal override ApiHandlers Handlers => new([_handler]);

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_request_knows_its_client_and_reaches_every_stage(bool isObject)
    {
        IActorRef session = await Connect(OpenDoor());
        var request = new ListGroupsRequest();
        session.Tell(isObject ? Object(1, request) : Parts(1, request).Single(), TestActor);
        await ExpectMsgAsync<IReply>();
        RequestContext context = _handler.Last!;
        Assert.That(
            (context.ListenerName, context.ClientId, context.ClientSoftware, context.Principal),
            Is.EqualTo(("AKKA", "test", new ClientSoftware("tests", "1.0"), KafkaPrincipal.Anonymous)));
        foreach (RequestStage stage in Enum.GetValues<RequestStage>())
            await Eventually.True(() => context.Between(RequestStage.Received, stage) >= TimeSpan.Zero, $"{stage}");
    }

    private sealed class KeepingHandler() : ApiHandler<ListGroupsRequest>(ApiKey.ListGroups)
    {
        public RequestContext? Last { get; private set; }

        protected override void Handle(ListGroupsRequest request, RequestContext context)
        {
            Last = context;
            context.Respond(new ListGroupsResponse());
        }
    }
}
