using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Handlers.Administration;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Handlers.Administration;

/// <summary>What the leader of a partition is asked for beside its records.</summary>
public sealed class PartitionAdminTests : HandlerTest
{
    [Test]
    public async Task Offsets_are_listed_by_end_and_by_time()
    {
        PartitionHandle partition = await Filled();
        Assert.That((await ListOffset(partition, OffsetQuery.Earliest)).Offset, Is.Zero);
        Assert.That((await ListOffset(partition, OffsetQuery.Latest)).Offset, Is.EqualTo(2));
        Assert.That((await ListOffset(partition, 0)).Offset, Is.Zero);
        Assert.That((await ListOffset(partition, OffsetQuery.MaxTimestamp)).Timestamp, Is.GreaterThan(0));
        Assert.That((await ListOffset(partition, long.MaxValue)).Offset, Is.EqualTo(-1));
    }

    [Test]
    public async Task Records_are_deleted_at_the_leader()
    {
        PartitionHandle partition = await Filled();
        DeleteRecordsResponse.DeleteRecordsPartitionResult deleted = await DeleteRecords(partition, -1);
        Assert.That((deleted.ErrorCode, deleted.LowWatermark), Is.EqualTo((ErrorCode.None, 2L)));
    }

    [TestCase("__consumer_offsets", "delete", ErrorCode.InvalidTopicException)]
    [TestCase("table", "compact", ErrorCode.PolicyViolation)]
    [TestCase("table", "delete,compact", ErrorCode.None)]
    public async Task Records_are_deleted_where_Kafka_deletes_them(string topic, string policy, ErrorCode error)
    {
        PartitionHandle partition = await Create(topic);
        Image = Image.Apply(
            new MetadataEvent.ConfigChanged(ConfigResource.Topic(topic), "cleanup.policy", policy), Image.Offset);
        Assert.That((await DeleteRecords(partition, 0)).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public async Task Configurations_are_described_with_where_they_come_from()
    {
        Image = Image.Apply(new MetadataEvent.TopicCreated(TopicId.NewRandom(), "test"), new MetadataOffset(1))
            .Apply(
                new MetadataEvent.ConfigChanged(ConfigResource.Topic("test"), "retention.ms", "5"),
                new MetadataOffset(2));
        var context = new AnsweredContext(ApiKey.DescribeConfigs, version: 4);
        string[] keys = ["retention.ms", "log.retention.hours"];
        ((IApiHandler)new DescribeConfigsHandler(Node)).Handle(
            new DescribeConfigsRequest
            {
                Resources =
                [
                    Resource(ConfigResourceType.Topic, "test", keys), Resource(ConfigResourceType.Broker, "1", keys),
                ],
            },
            context);

        var answer = await context.AnswerAsync<DescribeConfigsResponse>();
        Assert.That(
            answer.Results.SelectMany(result => result.Configs)
                .Select(config => (config.Value, (ConfigSource)config.ConfigSource)),
            Is.EqualTo(new[]
            {
                ((string?)"5", ConfigSource.DynamicTopicConfig), ("168", ConfigSource.DefaultConfig),
            }));
    }

    private static DescribeConfigsRequest.DescribeConfigsResource Resource(
        ConfigResourceType type, string name, string[] keys) =>
        new() { ResourceType = (sbyte)type, ResourceName = name, ConfigurationKeys = keys };

    private async Task<PartitionHandle> Filled()
    {
        PartitionHandle partition = await Create("test").ConfigureAwait(false);
        var context = new AnsweredContext(ApiKey.Produce, version: 9);
        ((IApiHandler)new ProduceHandler(Node)).Handle(
            SampleRequests.Produce("test", SampleRequests.Batch("a", "b")), context);
        var answer = await context.AnswerAsync<ProduceResponse>().ConfigureAwait(false);
        Assert.That(answer.Responses[0].PartitionResponses[0].ErrorCode, Is.EqualTo(ErrorCode.None));
        return partition;
    }

    private async Task<ListOffsetsResponse.ListOffsetsPartitionResponse> ListOffset(
        PartitionHandle partition, long timestamp)
    {
        var context = new AnsweredContext(ApiKey.ListOffsets, version: 10);
        ((IApiHandler)new ListOffsetsHandler(Node)).Handle(
            new ListOffsetsRequest
            {
                Topics = [new() { Name = partition.Name.Topic, Partitions = [new() { Timestamp = timestamp }] }],
            },
            context);
        return (await context.AnswerAsync<ListOffsetsResponse>().ConfigureAwait(false)).Topics[0].Partitions[0];
    }

    private async Task<DeleteRecordsResponse.DeleteRecordsPartitionResult> DeleteRecords(
        PartitionHandle partition, long offset)
    {
        var context = new AnsweredContext(ApiKey.DeleteRecords, version: 2);
        ((IApiHandler)new DeleteRecordsHandler(Node)).Handle(
            new DeleteRecordsRequest
            {
                Topics = [new() { Name = partition.Name.Topic, Partitions = [new() { Offset = offset }] }],
                TimeoutMs = 10_000,
            },
            context);
        return (await context.AnswerAsync<DeleteRecordsResponse>().ConfigureAwait(false)).Topics[0].Partitions[0];
    }
}
