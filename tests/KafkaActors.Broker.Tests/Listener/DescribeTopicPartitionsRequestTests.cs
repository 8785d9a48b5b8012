using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

public sealed class DescribeTopicPartitionsRequestTests
{
    [Test]
    public async Task Lists_that_Java_reads_without_looking_for_null_are_empty()
    {
        DescribeTopicPartitionsResponse response = await AskAsync(async client =>
            new() { Topics = [new() { Name = (await ListenerNode.CreateTopicAsync(client)).Name }] });
        Assert.That(response.Topics[0].Partitions[0].EligibleLeaderReplicas, Is.Empty);
        Assert.That(response.Topics[0].Partitions[0].LastKnownElr, Is.Empty);
    }

    [Test]
    public async Task Pages_follow_each_other_to_the_end()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string name, _) = await ListenerNode.CreateTopicAsync(client, partitions: 5);
        var seen = new List<int>();
        DescribeTopicPartitionsRequest.PartitionCursor? cursor = null;
        do
        {
            var page = await client.AskAsync<DescribeTopicPartitionsResponse>(new DescribeTopicPartitionsRequest
            {
                Topics = [new() { Name = name }], ResponsePartitionLimit = 2, Cursor = cursor,
            });
            seen.AddRange(page.Topics[0].Partitions.Select(partition => partition.PartitionIndex));
            cursor = page.NextCursor is { } next
                ? new() { TopicName = next.TopicName, PartitionIndex = next.PartitionIndex }
                : null;
        }
        while (cursor is not null);
        Assert.That(seen, Is.EqualTo(new[] { 0, 1, 2, 3, 4 }));
    }

    [TestCase(int.MaxValue)]
    [TestCase(5)]
    public async Task A_page_beyond_the_end_is_empty_and_the_last(int index)
    {
        DescribeTopicPartitionsResponse response = await AskAsync(async client => new()
        {
            Topics = [new() { Name = (await ListenerNode.CreateTopicAsync(client)).Name }],
        }, index);
        Assert.That(response.Topics[0].Partitions, Is.Empty);
        Assert.That(response.NextCursor, Is.Null);
    }

    [TestCase(-1)]
    [TestCase(int.MinValue)]
    public async Task A_page_before_the_beginning_is_refused(int index)
    {
        DescribeTopicPartitionsResponse response = await AskAsync(async client => new()
        {
            Topics = [new() { Name = (await ListenerNode.CreateTopicAsync(client)).Name }],
        }, index);
        Assert.That(response.Topics.Select(topic => topic.ErrorCode), Is.EqualTo(new[] { ErrorCode.InvalidRequest }));
    }

    [Test]
    public async Task A_page_of_a_topic_that_is_not_asked_for_is_refused()
    {
        DescribeTopicPartitionsResponse response = await AskAsync(_ =>
            Task.FromResult(new DescribeTopicPartitionsRequest
            {
                Topics = [new() { Name = "a" }, new() { Name = "c" }],
                Cursor = new() { TopicName = "b" },
            }));
        Assert.That(response.Topics.Select(topic => topic.ErrorCode), Is.All.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(response.Topics, Has.Count.EqualTo(2));
    }

    private static async Task<DescribeTopicPartitionsResponse> AskAsync(
        Func<KafkaWireClient, Task<DescribeTopicPartitionsRequest>> create, int? index = null)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        DescribeTopicPartitionsRequest request = await create(client);
        if (index is { } first)
            request.Cursor = new() { TopicName = request.Topics[0].Name, PartitionIndex = first };
        return await client.AskAsync<DescribeTopicPartitionsResponse>(request);
    }
}
