using Akka.Actor;
using KafkaActors.Broker.Partitions;
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
        TimeSpan timeout = services.Timeout(request.TimeoutMs);
        var topics = new List<DeleteRecordsResponse.DeleteRecordsTopicResult>();
        foreach (DeleteRecordsRequest.DeleteRecordsTopic topic in request.Topics)
        {
            TopicImage? known = services.Image.Topic(topic.Name);
            Task<DeleteRecordsResponse.DeleteRecordsPartitionResult>[] rows =
                [.. topic.Partitions.Select(partition => DeleteAsync(known, partition, timeout))];
            topics.Add(new() { Name = topic.Name, Partitions = await Task.WhenAll(rows).ConfigureAwait(false) });
        }

        return new DeleteRecordsResponse { Topics = topics };
    }

    private async Task<DeleteRecordsResponse.DeleteRecordsPartitionResult> DeleteAsync(
        TopicImage? topic, DeleteRecordsRequest.DeleteRecordsPartition asked, TimeSpan timeout)
    {
        if (topic is null || (uint)asked.PartitionIndex >= (uint)topic.Partitions.Count)
            return Row(asked, ErrorCode.UnknownTopicOrPartition, -1);
        var id = new TopicIdPartition(topic.Id, asked.PartitionIndex);
        ErrorCode error = services.Node.Leaders.Check(id, LeaderEpoch.None, out LeaderRoute? route);
        if (error != ErrorCode.None) return Row(asked, LeaderErrors.ForClient(error), -1);
        try
        {
            PartitionProtocol.RecordsDeleted deleted = await route!.Actor
                .Ask<PartitionProtocol.RecordsDeleted>(
                    new PartitionProtocol.DeleteRecords(0, id, route.Epoch, asked.Offset), timeout)
                .ConfigureAwait(false);
            return Row(asked, deleted.Error, deleted.LogStartOffset);
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
