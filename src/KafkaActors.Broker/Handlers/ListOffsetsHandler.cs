using KafkaActors.Broker.FrontDoor;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>ListOffsets: offsets by time or by name, of partitions that this node leads.</summary>
internal sealed class ListOffsetsHandler(NodeServices services)
    : AsyncApiHandler<ListOffsetsRequest>(ApiKey.ListOffsets)
{
    protected override async Task<IResponseMessage> HandleAsync(ListOffsetsRequest request, RequestContext context)
    {
        bool readsLog = request.Topics.Any(topic =>
            topic.Partitions.Any(partition => OffsetLookup.ReadsLog(partition.Timestamp)));
        return readsLog
            ? await services.Node.ColdReads.Run(() => Answer(request)).ConfigureAwait(false)
            : Answer(request);
    }

    private ListOffsetsResponse Answer(ListOffsetsRequest request) => new()
    {
        Topics = [.. request.Topics.Select(topic => new ListOffsetsResponse.ListOffsetsTopicResponse
        {
            Name = topic.Name,
            Partitions = [.. Answer(topic, (IsolationLevel)request.IsolationLevel)],
        })],
    };

    private IEnumerable<ListOffsetsResponse.ListOffsetsPartitionResponse> Answer(
        ListOffsetsRequest.ListOffsetsTopic topic, IsolationLevel isolation)
    {
        TopicImage? known = services.Image.Topic(topic.Name);
        foreach (ListOffsetsRequest.ListOffsetsPartition partition in topic.Partitions)
        {
            if (known is null || (uint)partition.PartitionIndex >= (uint)known.Partitions.Count)
            {
                yield return new()
                {
                    PartitionIndex = partition.PartitionIndex, ErrorCode = ErrorCode.UnknownTopicOrPartition,
                };
                continue;
            }

            var asked = new FetchProtocol.PartitionTimestamp(
                new TopicIdPartition(known.Id, partition.PartitionIndex),
                partition.CurrentLeaderEpoch,
                partition.Timestamp);
            yield return Row(OffsetLookup.Find(services.Node, asked, isolation));
        }
    }

    private static ListOffsetsResponse.ListOffsetsPartitionResponse Row(FetchProtocol.PartitionOffset found) => new()
    {
        PartitionIndex = found.Partition.Partition,
        ErrorCode = LeaderErrors.ForClient(found.Error),
        Offset = found.Offset,
        Timestamp = found.TimestampMs,
        LeaderEpoch = found.LeaderEpoch,
    };
}
