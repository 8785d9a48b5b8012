using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Controller;

public sealed class MetadataFollowerTests : ActorTest
{
    private readonly MetadataCache _cache = new();

    public MetadataFollowerTests()
        : base(ReferenceConfig.Read("node-messages").WithFallback(MessagesConfig.Fragment))
    {
    }

    [Test]
    public async Task A_subscriber_that_asks_again_is_told_all_again_because_it_may_have_been_restarted()
    {
        IActorRef follower = Start();
        Feed(follower, 0);
        for (int time = 0; time < 2; time++)
        {
            follower.Tell(MetadataFollowerProtocol.Subscribe.Instance, TestActor);
            var changed = await ExpectMsgAsync<MetadataFollowerProtocol.MetadataChanged>();
            Assert.That(changed.Delta.Before, Is.EqualTo(MetadataImage.Empty));
            Assert.That(changed.Delta.After.Topics, Has.Count.EqualTo(1));
        }

        Feed(follower, 1);
        Assert.That(
            (await ExpectMsgAsync<MetadataFollowerProtocol.MetadataChanged>()).Delta.After.Topics,
            Has.Count.EqualTo(2));
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(100));
    }

    [Test]
    public async Task What_got_lost_on_the_way_is_asked_for_by_the_offset_that_is_there()
    {
        var controller = CreateTestProbe();
        IActorRef follower = Start(controller.Ref);
        await controller.ExpectMsgAsync<ControllerProtocol.Heartbeat>(
            heartbeat => heartbeat.From.Value == 0);
        Feed(follower, 0);
        Feed(follower, 2);
        await controller.FishForMessageAsync(
            message => message is ControllerProtocol.Heartbeat { From.Value: 1 }, TimeSpan.FromSeconds(10));
        Assert.That(_cache.Image.Offset, Is.EqualTo(new MetadataOffset(0)));
        Feed(follower, 1);
        Feed(follower, 2);
        await Eventually.That(() => _cache.Image.Offset, Is.EqualTo(new MetadataOffset(2)));
    }

    private IActorRef Start(IActorRef? controller = null) => Sys.ActorOf(Props.Create(
        () => new MetadataFollower(ControllerTestNode.ServicesOf(1), _cache, controller ?? ActorRefs.Nobody)));

    private static void Feed(IActorRef follower, long offset) => follower.Tell(new ControllerProtocol.Fed(
        [
            new MetadataEntry(
                new MetadataOffset(offset), 1, [new MetadataEvent.TopicCreated(TopicId.NewRandom(), $"t{offset}")]),
        ]));
}
