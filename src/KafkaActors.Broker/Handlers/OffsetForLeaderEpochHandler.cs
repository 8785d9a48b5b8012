using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// OffsetForLeaderEpoch: where an epoch ended in the leader's log, by which a client finds out after a change of leader
/// whether what it has read is still there (KIP-320).
/// </summary>
internal sealed class OffsetForLeaderEpochHandler(NodeServices services)
    : ApiHandler<OffsetForLeaderEpochRequest>(ApiKey.OffsetForLeaderEpoch)
{
    protected override void Handle(OffsetForLeaderEpochRequest request, RequestContext context) => context.Respond(
        new OffsetForLeaderEpochResponse
        {
            Topics = [.. request.Topics.Select(topic => new OffsetForLeaderEpochResponse.OffsetForLeaderTopicResult
            {
                Topic = topic.Topic,
                Partitions = [.. topic.Partitions.Select(partition => Row(topic.Topic, partition))],
            })],
        });

    private OffsetForLeaderEpochResponse.EpochEndOffset Row(
        string topic, OffsetForLeaderEpochRequest.OffsetForLeaderPartition asked)
    {
        TopicImage? known = services.Image.Topic(topic);
        if (known is null || (uint)asked.Partition >= (uint)known.Partitions.Count)
            return new() { Partition = asked.Partition, ErrorCode = ErrorCode.UnknownTopicOrPartition };
        var id = new TopicIdPartition(known.Id, asked.Partition);
        ErrorCode error = services.Leaders.Check(id, asked.CurrentLeaderEpoch, out _);
        if (error != ErrorCode.None)
            return new() { Partition = asked.Partition, ErrorCode = LeaderErrors.ForClient(error) };
        if (!services.Partitions.TryGet(id, out PartitionHandle? partition))
            return new() { Partition = asked.Partition, ErrorCode = ErrorCode.NotLeaderOrFollower };
        // An epoch that this log does not know has no end: -1 and -1, and no error.
        return partition.Log.EndOffsetFor(asked.LeaderEpoch) is { } end
            ? new() { Partition = asked.Partition, LeaderEpoch = end.Epoch, EndOffset = end.EndOffset }
            : new() { Partition = asked.Partition };
    }
}
