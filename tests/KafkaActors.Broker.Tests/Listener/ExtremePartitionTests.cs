using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>
/// Every API that takes the index of a partition says of an index that is none that there is no such one.
/// </summary>
public sealed class ExtremePartitionTests
{
    private static readonly int[] NoPartitions = [int.MinValue, -1, 1, int.MaxValue];

    [Test]
    public async Task A_partition_that_cannot_be_is_unknown_to_every_API()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, TopicId id) = await ListenerNode.CreateTopicAsync(client);
        string group = $"{topic}-group";
        await client.AskAsync<FindCoordinatorResponse>(new FindCoordinatorRequest { CoordinatorKeys = [group] });
        await Eventually.True(
            async () => (await client.AskAsync<ListGroupsResponse>(new ListGroupsRequest())).ErrorCode
                == ErrorCode.None,
            "the coordinator serves");
        foreach (IRequestMessage request in Requests(topic, id, group))
        {
            var response = await client.AskAsync<IResponseMessage>(request);
            ErrorCode[] errors =
            [
                .. MessageFields.Walk(response).Where(one => one.Field.DeclaringType!.Name.Contains("Partition")
                    || one.Field.DeclaringType.Name.Contains("EpochEndOffset"))
                    .Select(one => one.Value).OfType<ErrorCode>(),
            ];
            Assert.That(errors, Has.Length.EqualTo(NoPartitions.Length), $"{request.Api}");
            Assert.That(errors, Is.All.EqualTo(ErrorCode.UnknownTopicOrPartition), $"{request.Api}");
        }
    }

    private static IEnumerable<IRequestMessage> Requests(string topic, TopicId id, string group)
    {
        yield return new ProduceRequest
        {
            Acks = 1,
            TopicData = [new() { Name = topic, PartitionData = [.. NoPartitions.Select(index =>
                new ProduceRequest.PartitionProduceData { Index = index })] }],
        };
        yield return new FetchRequest
        {
            MaxWaitMs = 100,
            Topics = [new() { TopicId = id, Partitions = [.. NoPartitions.Select(index =>
                new FetchRequest.FetchPartition { Partition = index })] }],
        };
        yield return new ListOffsetsRequest
        {
            Topics = [new() { Name = topic, Partitions = [.. NoPartitions.Select(index =>
                new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = index, Timestamp = -1 })] }],
        };
        yield return new OffsetForLeaderEpochRequest
        {
            Topics = [new() { Topic = topic, Partitions = [.. NoPartitions.Select(index =>
                new OffsetForLeaderEpochRequest.OffsetForLeaderPartition { Partition = index })] }],
        };
        yield return new DeleteRecordsRequest
        {
            Topics = [new() { Name = topic, Partitions = [.. NoPartitions.Select(index =>
                new DeleteRecordsRequest.DeleteRecordsPartition { PartitionIndex = index })] }],
        };
        yield return new DescribeProducersRequest
        {
            Topics = [new() { Name = topic, PartitionIndexes = NoPartitions }],
        };
        yield return new OffsetCommitRequest
        {
            GroupId = group,
            Topics = [new() { Name = topic, Partitions = [.. NoPartitions.Select(index =>
                new OffsetCommitRequest.OffsetCommitPartition { PartitionIndex = index })] }],
        };
    }
}
