using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>DeleteRecords: moves the start of logs that this node leads; durable before it is answered.</summary>
internal sealed class DeleteRecordsHandler(NodeServices services)
    : AsyncApiHandler<DeleteRecordsRequest>(ApiKey.DeleteRecords)
{
    protected override async Task<IResponseMessage> HandleAsync(DeleteRecordsRequest request, RequestContext context)
    {
        TimeSpan timeout = services.Changes.Timeout(request.TimeoutMs);
        // Of two offsets for a partition the last one counts, as in Kafka.
        var wanted = new Dictionary<(string Topic, int Partition), DeleteRecordsRequest.DeleteRecordsPartition>();
        foreach (DeleteRecordsRequest.DeleteRecordsTopic topic in request.Topics)
        {
            foreach (DeleteRecordsRequest.DeleteRecordsPartition partition in topic.Partitions)
                wanted[(topic.Name, partition.PartitionIndex)] = partition;
        }

        MetadataImage image = services.Image;
        (string Topic, DeleteRecordsResponse.DeleteRecordsPartitionResult Row)[] rows = await Task.WhenAll(
            wanted.Select(async one =>
                (one.Key.Topic, await DeleteAsync(image.Topic(one.Key.Topic), one.Value, timeout)
                    .ConfigureAwait(false))))
            .ConfigureAwait(false);
        return new DeleteRecordsResponse
        {
            Topics = [.. rows.GroupBy(row => row.Topic).Select(topic =>
                new DeleteRecordsResponse.DeleteRecordsTopicResult
                {
                    Name = topic.Key, Partitions = [.. topic.Select(row => row.Row)],
                })],
        };
    }

    private async Task<DeleteRecordsResponse.DeleteRecordsPartitionResult> DeleteAsync(
        TopicImage? topic, DeleteRecordsRequest.DeleteRecordsPartition asked, TimeSpan timeout)
    {
        if (topic is null || (uint)asked.PartitionIndex >= (uint)topic.Partitions.Count)
            return Row(asked, ErrorCode.UnknownTopicOrPartition, -1);
        if (services.Refusal(TopicOperation.DeleteRecords, services.Image, topic.Name) is { } refusal)
            return Row(asked, refusal.Error, -1);
        var id = new TopicIdPartition(topic.Id, asked.PartitionIndex);
        ErrorCode error = services.Leaders.Check(id, LeaderEpoch.None, out LeaderRoute? route);
        if (error != ErrorCode.None) return Row(asked, LeaderErrors.ForClient(error), -1);
        try
        {
            var delete = new PartitionProtocol.DeleteRecords(0, id, route!.Epoch, asked.Offset);
            PartitionProtocol.RecordsDeleted deleted = await NodeServices
                .AskAsync<PartitionProtocol.RecordsDeleted>(route.Actor, delete, timeout)
                .ConfigureAwait(false);
            return Row(asked, LeaderErrors.ForClient(deleted.Error), deleted.LogStartOffset);
        }
        catch (TimeoutException)
        {
            return Row(asked, ErrorCode.RequestTimedOut, -1);
        }
    }

    private static DeleteRecordsResponse.DeleteRecordsPartitionResult Row(
        DeleteRecordsRequest.DeleteRecordsPartition asked, ErrorCode error, long lowWatermark) => new()
    {
        PartitionIndex = asked.PartitionIndex, ErrorCode = error, LowWatermark = lowWatermark,
    };
}
