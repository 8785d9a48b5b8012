using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Handlers;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>What becomes of topics that a client asks for and that do not exist.</summary>
public sealed class MetadataHandlerTests : HandlerTest
{
    [Test]
    public async Task A_topic_that_is_missing_is_created_first()
    {
        AnsweredContext context = Describe(mayCreate: true, "test");
        var asked = await Control.ExpectMsgAsync<ControllerProtocol.CreateTopics>();
        var id = TopicId.NewRandom();
        Image = Image.Apply(new MetadataEvent.TopicCreated(id, "test"), new MetadataOffset(3));
        var result = new TopicResult("test", id, ErrorCode.None, null);
        Control.Reply(new ControllerProtocol.TopicsChanged(asked.Id, [result], new MetadataOffset(3)));
        await Control.ExpectMsgAsync<MetadataFollowerProtocol.AwaitOffset>();
        Control.Reply(new MetadataFollowerProtocol.OffsetReached(new MetadataOffset(3)));

        var answer = await context.AnswerAsync<MetadataResponse>();
        Assert.That(asked.Topics.Single().Name, Is.EqualTo("test"));
        Assert.That(answer.Topics[0].TopicId, Is.EqualTo(id));
    }

    [Test]
    public async Task A_topic_that_nobody_creates_is_unknown()
    {
        AnsweredContext context = Describe(mayCreate: true, "test");
        var asked = await Control.ExpectMsgAsync<ControllerProtocol.CreateTopics>();
        Control.Reply(new ControllerProtocol.Refused(asked.Id, ErrorCode.RequestTimedOut, "no"));
        var answer = await context.AnswerAsync<MetadataResponse>();
        Assert.That(answer.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
    }

    [Test]
    public async Task Without_permission_a_missing_topic_is_unknown_and_a_bad_name_invalid()
    {
        var answer = await Describe(mayCreate: false, "test", "a b").AnswerAsync<MetadataResponse>();
        Assert.That(
            answer.Topics.Select(topic => topic.ErrorCode),
            Is.EqualTo(new[] { ErrorCode.UnknownTopicOrPartition, ErrorCode.InvalidTopicException }));
    }

    [Test]
    public async Task Clients_are_told_the_rack_that_a_broker_registered()
    {
        await Create("test", isLed: false);
        BrokerImage self = Image.Broker(Self)!;
        Image = Image with { Brokers = Image.Brokers.SetItem(Self, self with { Rack = "north" }) };
        var answer = await Describe(mayCreate: false, "test").AnswerAsync<MetadataResponse>();
        Assert.That(answer.Brokers.Single(broker => broker.NodeId == Self).Rack, Is.EqualTo("north"));
    }

    private AnsweredContext Describe(bool mayCreate, params string[] topics)
    {
        var context = new AnsweredContext(ApiKey.Metadata, version: 12);
        ((IApiHandler)new MetadataHandler(Node)).Handle(
            new MetadataRequest
            {
                Topics = [.. topics.Select(name => new MetadataRequest.MetadataRequestTopic { Name = name })],
                AllowAutoTopicCreation = mayCreate,
            },
            context);
        return context;
    }
}
