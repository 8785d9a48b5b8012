using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// One client's requests to delete records: each partition's part goes to its leader on this node; the answer leaves
/// when the last part has come back, or the time is over. Owned by a <see cref="ClientSession"/>.
/// </summary>
internal sealed class DeletionRequests(FrontDoorServices services, IActorRef session, IActorRef client)
{
    private readonly Dictionary<long, Deletion> _underWay = [];

    public void Begin(AdminProtocol.DeleteRecords delete)
    {
        if (_underWay.Count >= services.Settings.MaxRequestsPerSession || _underWay.ContainsKey(delete.CorrelationId))
        {
            client.Tell(new SessionProtocol.Refused(
                delete.CorrelationId, ErrorCode.ThrottlingQuotaExceeded, "Too many deletions are under way."), session);
            return;
        }

        TimeSpan most = services.Settings.AdminMaxTimeout;
        var deletion = new Deletion(services.Clock.GetUtcNow() + (delete.Timeout < most ? delete.Timeout : most));
        _underWay.Add(delete.CorrelationId, deletion);
        foreach (AdminProtocol.RecordsToDelete records in delete.Partitions)
        {
            ErrorCode error = Check(records.Partition, out LeaderRoute? route);
            deletion.Results[records.Partition] = error == ErrorCode.None ? null : (error, -1);
            if (error == ErrorCode.None)
                route!.Actor.Tell(
                    new PartitionProtocol.DeleteRecords(
                        delete.CorrelationId, records.Partition, route.Epoch, records.BeforeOffset),
                    session);
        }

        AnswerIfWhole(delete.CorrelationId, deletion);
    }

    public void Complete(PartitionProtocol.RecordsDeleted deleted)
    {
        if (!_underWay.TryGetValue(deleted.CorrelationId, out Deletion? deletion)) return;
        deletion.Results[deleted.Partition] = (deleted.Error, deleted.LogStartOffset);
        AnswerIfWhole(deleted.CorrelationId, deletion);
    }

    public void Expire(DateTimeOffset now)
    {
        if (_underWay.Count == 0) return;
        foreach ((long correlationId, Deletion deletion) in _underWay.ToArray())
        {
            if (deletion.Deadline <= now) Answer(correlationId, deletion);
        }
    }

    private ErrorCode Check(TopicIdPartition id, out LeaderRoute? route)
    {
        route = null;
        MetadataImage image = services.Image;
        return image.Topic(id.TopicId) is { } topic
            && services.Refusal(TopicOperation.DeleteRecords, image, topic.Name) is { } refusal
                ? refusal.Error
                : services.Leaders.Check(id, LeaderEpoch.None, out route);
    }

    private void AnswerIfWhole(long correlationId, Deletion deletion)
    {
        if (deletion.Results.Values.All(result => result is not null)) Answer(correlationId, deletion);
    }

    private void Answer(long correlationId, Deletion deletion)
    {
        _underWay.Remove(correlationId);
        client.Tell(
            new AdminProtocol.RecordsDeleted(
                correlationId, [.. deletion.Results.Select(result => LowWatermark(result.Key, result.Value))]),
            session);
    }

    private static AdminProtocol.LowWatermark LowWatermark(
        TopicIdPartition id, (ErrorCode Error, long Offset)? result) =>
        result is { } known
            ? new AdminProtocol.LowWatermark(id, known.Error, known.Offset)
            : new AdminProtocol.LowWatermark(id, ErrorCode.RequestTimedOut, -1);

    private sealed class Deletion(DateTimeOffset deadline)
    {
        public DateTimeOffset Deadline => deadline;

        /// <summary>Null while a partition has not answered.</summary>
        public Dictionary<TopicIdPartition, (ErrorCode Error, long Offset)?> Results { get; } = [];
    }
}
