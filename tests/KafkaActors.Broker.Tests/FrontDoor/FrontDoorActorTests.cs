using Akka.Actor;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.FrontDoor;

public sealed class FrontDoorActorTests : FrontDoorTest
{
    [Test]
    public async Task A_client_of_another_version_is_refused()
    {
        IActorRef door = OpenDoor();

        door.Tell(new SessionProtocol.Connect(1, "test", SessionProtocol.Version + 1), TestActor);

        Assert.That(
            (await ExpectMsgAsync<SessionProtocol.Refused>()).Error, Is.EqualTo(ErrorCode.UnsupportedVersion));
    }

    [Test]
    public async Task One_session_more_than_allowed_is_refused_until_another_has_ended()
    {
        IActorRef door = OpenDoor();
        IActorRef first = await Connect(door);
        await Connect(door);

        door.Tell(new SessionProtocol.Connect(3, "test", SessionProtocol.Version), TestActor);
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

    [Test]
    public async Task A_change_is_answered_once_this_node_has_it_too()
    {
        IActorRef session = await Connect(OpenDoor());
        var answer = new AdminProtocol.TopicsChanged(
            5, [new AdminProtocol.TopicResult("test", TopicId.NewRandom(), ErrorCode.None, null)]);

        session.Tell(new AdminProtocol.DeleteTopics(5, ["test"], TimeSpan.FromSeconds(20)), TestActor);
        var asked = await Control.ExpectMsgAsync<ControllerProtocol.Change>();
        Control.Reply(new ControllerProtocol.Changed(asked.Id, answer, new MetadataOffset(7)));
        await Control.ExpectMsgAsync<MetadataFollowerProtocol.AwaitOffset>();
        await ExpectNoMsgAsync(TimeSpan.FromMilliseconds(50));
        Image = Image with { Offset = new MetadataOffset(7) };
        Control.Reply(new MetadataFollowerProtocol.OffsetReached(new MetadataOffset(7)));

        Assert.That((await ExpectMsgAsync<AdminProtocol.TopicsChanged>()).Topics[0].Topic, Is.EqualTo("test"));
    }

    [Test]
    public async Task A_change_that_nobody_answers_times_out()
    {
        IActorRef session = await Connect(OpenDoor());

        session.Tell(new AdminProtocol.DeleteTopics(5, ["test"], TimeSpan.FromMilliseconds(1)), TestActor);

        var answer = await ExpectMsgAsync<AdminProtocol.TopicsChanged>();
        Assert.That(answer.Topics[0].Error, Is.EqualTo(ErrorCode.RequestTimedOut));
    }

    [Test]
    public async Task A_topic_that_is_described_and_missing_is_created_first()
    {
        IActorRef session = await Connect(OpenDoor());

        session.Tell(new MetadataProtocol.Describe(5, ["test"], AllowAutoTopicCreation: true), TestActor);
        var asked = await Control.ExpectMsgAsync<ControllerProtocol.Change>();
        var id = TopicId.NewRandom();
        Image = Image.Apply(new MetadataEvent.TopicCreated(id, "test"), new MetadataOffset(3));
        Control.Reply(new ControllerProtocol.Changed(
            asked.Id, new AdminProtocol.TopicsChanged(asked.Id, []), new MetadataOffset(3)));

        var described = await ExpectMsgAsync<MetadataProtocol.Described>();
        Assert.That(((AdminProtocol.CreateTopics)asked.Command).Topics[0].Name, Is.EqualTo("test"));
        Assert.That(described.Topics[0].Id, Is.EqualTo(id));
    }

    [Test]
    public async Task Without_permission_a_missing_topic_is_unknown_and_a_bad_name_invalid()
    {
        IActorRef session = await Connect(OpenDoor());

        session.Tell(new MetadataProtocol.Describe(5, ["test", "a b"], AllowAutoTopicCreation: false), TestActor);

        var described = await ExpectMsgAsync<MetadataProtocol.Described>();
        Assert.That(
            described.Topics.Select(topic => topic.Error),
            Is.EqualTo(new[] { ErrorCode.UnknownTopicOrPartition, ErrorCode.InvalidTopicException }));
    }

    [Test]
    public async Task Configurations_are_described_with_where_they_come_from()
    {
        IActorRef session = await Connect(OpenDoor());
        Image = Image.Apply(new MetadataEvent.TopicCreated(TopicId.NewRandom(), "test"), new MetadataOffset(1))
            .Apply(
                new MetadataEvent.ConfigChanged(ConfigResource.Topic("test"), "retention.ms", "5"),
                new MetadataOffset(2));

        session.Tell(
            new AdminProtocol.DescribeConfigs(
                6,
                [
                    new AdminProtocol.Resource(AdminProtocol.ResourceType.Topic, "test"),
                    new AdminProtocol.Resource(AdminProtocol.ResourceType.Broker, "1"),
                ],
                ["retention.ms", "log.retention.hours"]),
            TestActor);

        var described = await ExpectMsgAsync<AdminProtocol.ConfigsDescribed>();
        Assert.That(
            described.Resources.SelectMany(resource => resource.Entries).Select(entry => (entry.Value, entry.Source)),
            Is.EqualTo(new[]
            {
                ((string?)"5", AdminProtocol.ConfigSource.DynamicTopicConfig),
                ("168", AdminProtocol.ConfigSource.DefaultConfig),
            }));
    }
}
