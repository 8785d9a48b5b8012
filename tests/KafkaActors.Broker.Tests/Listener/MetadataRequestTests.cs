using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

public sealed class MetadataRequestTests
{
    [Test]
    public async Task A_topic_without_a_name_is_an_invalid_request_where_ids_do_not_count_yet()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, TopicId id) = await ListenerNode.CreateTopicAsync(client);
        var request = new MetadataRequest { Topics = [new() { Name = null, TopicId = id }] };
        var old = await client.AskAsync<MetadataResponse>(request, 11);
        var now = await client.AskAsync<MetadataResponse>(request, 12);
        Assert.That((old.Topics[0].ErrorCode, old.Topics[0].Name), Is.EqualTo((ErrorCode.InvalidRequest, "")));
        Assert.That((now.Topics[0].ErrorCode, now.Topics[0].Name), Is.EqualTo((ErrorCode.None, topic)));
    }

    [Test]
    public async Task An_id_wins_over_the_empty_name_that_Java_sends_with_it()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, TopicId id) = await ListenerNode.CreateTopicAsync(client);
        TopicId absent = new(Guid.NewGuid());
        var request = new MetadataRequest
        {
            Topics = [new() { Name = "", TopicId = id }, new() { Name = "other", TopicId = absent }],
        };
        var response = await client.AskAsync<MetadataResponse>(request, 12);
        Assert.That(
            response.Topics.Select(row => (row.ErrorCode, row.Name, row.TopicId)),
            Is.EqualTo(new (ErrorCode, string?, TopicId)[]
            {
                (ErrorCode.None, topic, id), (ErrorCode.UnknownTopicId, null, absent),
            }));
    }

    [TestCase((short)10)]
    [TestCase((short)11)]
    public async Task An_id_where_ids_do_not_count_yet_refuses_the_request(short version)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, TopicId id) = await ListenerNode.CreateTopicAsync(client);
        var request = new MetadataRequest { Topics = [new() { Name = topic, TopicId = id }, new() { Name = topic }] };
        var response = await client.AskAsync<MetadataResponse>(request, version);
        Assert.That(response.Topics.Select(row => row.ErrorCode), Is.All.EqualTo(ErrorCode.InvalidRequest));
    }

    [Test]
    public async Task The_empty_name_is_no_topic_and_becomes_none()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        var request = new MetadataRequest { Topics = [new() { Name = "" }], AllowAutoTopicCreation = true };
        foreach (short version in new short[] { 4, 12 })
        {
            var response = await client.AskAsync<MetadataResponse>(request, version);
            Assert.That(response.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException));
        }
    }

    [Test]
    public async Task A_topic_that_is_asked_for_twice_is_answered_once()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, _) = await ListenerNode.CreateTopicAsync(client);
        var request = new MetadataRequest { Topics = [new() { Name = topic }, new() { Name = topic }] };
        Assert.That((await client.AskAsync<MetadataResponse>(request)).Topics, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task In_the_oldest_version_an_empty_list_asks_for_every_topic_and_later_for_none()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, _) = await ListenerNode.CreateTopicAsync(client);
        var none = new MetadataRequest { Topics = [] };
        var all = new MetadataRequest { Topics = null };
        Assert.That(Names(await client.AskAsync<MetadataResponse>(none, 0)), Does.Contain(topic));
        Assert.That(Names(await client.AskAsync<MetadataResponse>(none, 1)), Is.Empty);
        Assert.That(Names(await client.AskAsync<MetadataResponse>(all, 1)), Does.Contain(topic));
    }

    [Test]
    public async Task A_topic_that_is_created_by_asking_for_it_takes_the_next_batch()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        var asked = new MetadataRequest { Topics = [new() { Name = "created-by-asking" }] };
        MetadataResponse metadata = await client.AskAsync<MetadataResponse>(asked);
        var produced = await client.AskAsync<ProduceResponse>(
            SampleRequests.Produce("created-by-asking", SampleRequests.Batch("a")));
        Assert.That(metadata.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(produced.Responses[0].PartitionResponses[0].ErrorCode, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task A_name_of_the_greatest_length_that_is_not_UTF8_closes_the_connection_and_no_other()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        using KafkaWireClient other = await ListenerNode.ConnectAsync();
        byte[] frame = KafkaWireClient.Frame(
            new MetadataRequest { Topics = [new() { Name = new string('x', short.MaxValue) }] }, 4);
        // Each of these bytes is read as a character that takes three bytes to write.
        frame.AsSpan(frame.Length - short.MaxValue - 1, short.MaxValue).Fill(0xFF);
        await client.SendRawAsync(frame);
        Assert.That(await client.IsClosedAsync(), Is.True);
        Assert.That((await other.AskAsync<ApiVersionsResponse>(new ApiVersionsRequest(), 0)).ApiKeys, Is.Not.Empty);
    }

    private static IEnumerable<string?> Names(MetadataResponse response) =>
        response.Topics.Select(topic => topic.Name);
}
