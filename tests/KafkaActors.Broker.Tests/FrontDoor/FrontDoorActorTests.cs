using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.FrontDoor;

public sealed class FrontDoorActorTests : FrontDoorTest
{
    [Test]
    public async Task A_client_of_another_version_is_refused()
    {
        IActorRef door = OpenDoor();

        door.Tell(new SessionProtocol.Connect(1, "test", "", "", SessionProtocol.Version + 1), TestActor);

        Assert.That(
            (await ExpectMsgAsync<SessionProtocol.Refused>()).Error, Is.EqualTo(ErrorCode.UnsupportedVersion));
    }

    [Test]
    public async Task One_session_more_than_allowed_is_refused_until_another_has_ended()
    {
        IActorRef door = OpenDoor();
        IActorRef first = await Connect(door);
        await Connect(door);

        door.Tell(new SessionProtocol.Connect(3, "test", "tests", "1.0", SessionProtocol.Version), TestActor);
        await ExpectMsgAsync<SessionProtocol.Refused>();
        await WatchAsync(first);
        first.Tell(new SessionProtocol.Disconnect(), TestActor);
        await FishForMessageAsync<Terminated>(_ => true);

        await AwaitAssertAsync(async () => await Connect(door));
    }

    [Test]
    public async Task A_session_that_hears_nothing_ends()
    {
        IActorRef door = OpenDoor(Settings with { SessionIdleTimeout = TimeSpan.FromMilliseconds(1) });

        await Connect(door);

        await ExpectMsgAsync<SessionProtocol.SessionEnded>();
    }
}
