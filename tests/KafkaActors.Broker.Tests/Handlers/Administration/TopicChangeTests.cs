using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Handlers.Administration;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Handlers.Administration;

/// <summary>When a change of topics is answered, and what is said of one that is not.</summary>
public sealed class TopicChangeTests : HandlerTest
{
    [Test]
    public async Task A_change_is_answered_once_this_node_has_it_too()
    {
        AnsweredContext context = Delete(TimeSpan.FromSeconds(20));
        var asked = await Control.ExpectMsgAsync<ControllerProtocol.DeleteTopics>();
        Assert.That(asked.Topics, Is.EqualTo(new[] { "test" }));
        var result = new TopicResult("test", TopicId.NewRandom(), ErrorCode.None, null);
        Control.Reply(new ControllerProtocol.TopicsChanged(asked.Id, [result], new MetadataOffset(7)));
        var awaited = await Control.ExpectMsgAsync<MetadataFollowerProtocol.AwaitOffset>();
        Assert.That((awaited.Offset, context.Ends), Is.EqualTo((new MetadataOffset(7), 0)));
        Control.Reply(new MetadataFollowerProtocol.OffsetReached(new MetadataOffset(7)));

        var answer = await context.AnswerAsync<DeleteTopicsResponse>();
        Assert.That((answer.Responses[0].Name, answer.Responses[0].ErrorCode), Is.EqualTo(("test", ErrorCode.None)));
    }

    [TestCase(1)]
    [TestCase(0)]
    [TestCase(-1)]
    public async Task A_change_that_nobody_answers_times_out(int timeoutMs)
    {
        AnsweredContext context = Delete(TimeSpan.FromMilliseconds(timeoutMs));
        var answer = await context.AnswerAsync<DeleteTopicsResponse>();
        Assert.That(answer.Responses[0].ErrorCode, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(answer.Responses[0].ErrorMessage, Does.Contain("may still be made"));
    }

    [Test]
    public async Task A_change_that_this_node_does_not_see_in_time_times_out()
    {
        AnsweredContext context = Delete(TimeSpan.FromMilliseconds(500));
        var asked = await Control.ExpectMsgAsync<ControllerProtocol.DeleteTopics>();
        Control.Reply(new ControllerProtocol.TopicsChanged(asked.Id, [], new MetadataOffset(7)));
        var answer = await context.AnswerAsync<DeleteTopicsResponse>();
        Assert.That(answer.Responses[0].ErrorCode, Is.EqualTo(ErrorCode.RequestTimedOut));
    }

    [Test]
    public async Task A_change_that_the_controller_refuses_is_refused_with_its_words()
    {
        AnsweredContext context = Delete(TimeSpan.FromSeconds(20));
        var asked = await Control.ExpectMsgAsync<ControllerProtocol.DeleteTopics>();
        Control.Reply(new ControllerProtocol.Refused(asked.Id, ErrorCode.ThrottlingQuotaExceeded, "Too many."));
        var answer = await context.AnswerAsync<DeleteTopicsResponse>();
        Assert.That(
            (answer.Responses[0].ErrorCode, answer.Responses[0].ErrorMessage),
            Is.EqualTo((ErrorCode.ThrottlingQuotaExceeded, "Too many.")));
    }

    // Who is told of a new topic writes at once, several batches in a row: were the first refused because nobody serves
    // the partition yet, its repetition would stand behind the others.
    [Test]
    public async Task A_new_topic_is_answered_once_its_partition_is_served()
    {
        PartitionHandle partition = await Create("test");
        LeaderRoute? route = partition.Route;
        partition.Route = null;
        var context = new AnsweredContext(ApiKey.CreateTopics, version: 7);
        ((IApiHandler)new CreateTopicsHandler(Node)).Handle(
            new CreateTopicsRequest
            {
                Topics = [new() { Name = "test", NumPartitions = 1, ReplicationFactor = 1 }], TimeoutMs = 30_000,
            },
            context);
        var asked = await Control.ExpectMsgAsync<ControllerProtocol.CreateTopics>();
        var result = new TopicResult("test", partition.Id.TopicId, ErrorCode.None, null);
        Control.Reply(new ControllerProtocol.TopicsChanged(asked.Id, [result], Image.Offset));
        await Control.ExpectMsgAsync<MetadataFollowerProtocol.AwaitOffset>();
        Control.Reply(new MetadataFollowerProtocol.OffsetReached(Image.Offset));

        Assert.That(context.Ends, Is.Zero);
        partition.Route = route;
        Partitions.NoteServed(partition.Id);
        var answer = await context.AnswerAsync<CreateTopicsResponse>();
        Assert.That(answer.Topics[0].TopicId, Is.EqualTo(partition.Id.TopicId));
    }

    private AnsweredContext Delete(TimeSpan timeout)
    {
        var context = new AnsweredContext(ApiKey.DeleteTopics, version: 6);
        ((IApiHandler)new DeleteTopicsHandler(Node)).Handle(
            new DeleteTopicsRequest
            {
                Topics = [new() { Name = "test" }], TimeoutMs = (int)timeout.TotalMilliseconds,
            },
            context);
        return context;
    }
}
