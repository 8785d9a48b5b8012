using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Controller;

public sealed class ControllerRouteTests : ActorTest
{
    private static readonly ControllerProtocol.Recall Message = new(7);

    private readonly StandbyNotice _notice = new();
    private readonly MetadataCache _cache = new();

    public ControllerRouteTests()
        : base(ReferenceConfig.Read("node-messages"))
    {
    }

    [Test]
    public async Task Requests_go_to_the_singleton_to_a_standby_while_it_serves_and_back()
    {
        var singleton = CreateTestProbe();
        var standby = CreateTestProbe();
        IActorRef route = Start(singleton);
        route.Tell(Message);
        await singleton.ExpectMsgAsync(Message);

        route.Tell(new StandbyProtocol.Serves(5), standby);
        route.Tell(Message);
        await standby.ExpectMsgAsync(Message);
        Assert.That(_notice.IsServing, Is.True);

        route.Tell(new StandbyProtocol.Ended(5), standby);
        route.Tell(Message);
        await singleton.ExpectMsgAsync(Message);
        Assert.That(_notice.IsServing, Is.False);
    }

    [Test]
    public async Task A_standby_that_says_nothing_any_more_serves_no_longer()
    {
        var singleton = CreateTestProbe();
        IActorRef route = Start(singleton);
        route.Tell(new StandbyProtocol.Serves(5), CreateTestProbe());
        await Eventually.That(() => _notice.IsServing, Is.True);
        await Eventually.That(() => _notice.IsServing, Is.False, TimeSpan.FromSeconds(20));
        route.Tell(Message);
        await singleton.ExpectMsgAsync(Message);
    }

    [Test]
    public async Task One_that_slept_while_others_became_the_controller_is_not_believed()
    {
        var singleton = CreateTestProbe();
        var standby = CreateTestProbe();
        IActorRef route = Start(singleton);
        _cache.Publish(MetadataImage.Empty.Apply(new MetadataEntry(
            new MetadataOffset(0), 6, [new MetadataEvent.ControllerStarted(new NodeId(2), 6)])));
        route.Tell(new StandbyProtocol.Serves(5), standby);
        route.Tell(Message);
        await singleton.ExpectMsgAsync(Message);
        route.Tell(new StandbyProtocol.Serves(7), standby);
        route.Tell(new StandbyProtocol.Serves(5), CreateTestProbe());
        route.Tell(new StandbyProtocol.Ended(5), CreateTestProbe());
        route.Tell(Message);
        await standby.ExpectMsgAsync(Message);
    }

    private IActorRef Start(IActorRef singleton) =>
        Sys.ActorOf(Props.Create(() => new ControllerRoute(singleton, _notice, _cache)));
}
