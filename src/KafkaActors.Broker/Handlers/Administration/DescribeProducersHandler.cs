using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>DescribeProducers: the idempotent producers that a partition's leader remembers (KIP-664).</summary>
internal sealed class DescribeProducersHandler(NodeServices services)
    : ApiHandler<DescribeProducersRequest>(ApiKey.DescribeProducers)
{
    protected override void Handle(DescribeProducersRequest request, RequestContext context) => context.Respond(
        new DescribeProducersResponse
        {
            // Each once: a partition may remember thousands of producers.
            Topics = [.. request.Topics.GroupBy(topic => topic.Name).Select(topic =>
                new DescribeProducersResponse.TopicResponse
                {
                    Name = topic.Key,
                    Partitions = [.. topic.SelectMany(one => one.PartitionIndexes).Distinct()
                        .Select(index => Row(topic.Key, index))],
                })],
        });

    private DescribeProducersResponse.PartitionResponse Row(string topic, int index)
    {
        if (TopicName.Fault(topic) is { } fault)
            return new() { PartitionIndex = index, ErrorCode = ErrorCode.InvalidTopicException, ErrorMessage = fault };
        TopicImage? known = services.Image.Topic(topic);
        if (known is null || (uint)index >= (uint)known.Partitions.Count)
            return new() { PartitionIndex = index, ErrorCode = ErrorCode.UnknownTopicOrPartition };
        var id = new TopicIdPartition(known.Id, index);
        ErrorCode error = services.Leaders.Check(id, LeaderEpoch.None, out _);
        if (error != ErrorCode.None)
            return new() { PartitionIndex = index, ErrorCode = LeaderErrors.ForClient(error) };
        if (!services.Partitions.TryGet(id, out PartitionHandle? partition))
            return new() { PartitionIndex = index, ErrorCode = ErrorCode.NotLeaderOrFollower };
        return new()
        {
            PartitionIndex = index,
            ActiveProducers = [.. partition.Log.CopyProducerState().Producers.Select(Producer)],
        };
    }

    private static DescribeProducersResponse.ProducerState Producer(ProducerState producer) => new()
    {
        ProducerId = producer.ProducerId,
        ProducerEpoch = producer.Epoch,
        LastSequence = producer.Batches.IsEmpty ? -1 : producer.Batches[^1].LastSequence,
        LastTimestamp = producer.LastTimestamp,
        // No transaction was ever open: there is no coordinator that could have begun one.
        CoordinatorEpoch = -1,
    };
}
