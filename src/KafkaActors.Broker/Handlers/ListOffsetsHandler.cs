using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>ListOffsets: offsets by time or by name, of partitions that this node leads.</summary>
internal sealed class ListOffsetsHandler(NodeServices services)
    : AsyncApiHandler<ListOffsetsRequest>(ApiKey.ListOffsets)
{
    /// <summary>Before it clients know no better word for offsets that are not known yet (KIP-207).</summary>
    private const short FirstWithOffsetNotAvailable = 5;

    protected override async Task<IResponseMessage> HandleAsync(ListOffsetsRequest request, RequestContext context)
    {
        bool readsLog = request.Topics.Any(topic =>
            topic.Partitions.Any(partition => OffsetLookup.ReadsLog(partition.Timestamp)));
        return readsLog
            ? await services.ColdReads.Run(() => Answer(request, context.Version)).ConfigureAwait(false)
            : Answer(request, context.Version);
    }

    // A partition that is named twice has one answer, which refuses it.
    private ListOffsetsResponse Answer(ListOffsetsRequest request, short version) => new()
    {
        Topics = [.. request.Topics.GroupBy(topic => topic.Name).Select(topic =>
            new ListOffsetsResponse.ListOffsetsTopicResponse
            {
                Name = topic.Key,
                Partitions = [.. Answer(topic, (IsolationLevel)request.IsolationLevel, version)],
            })],
    };

    private IEnumerable<ListOffsetsResponse.ListOffsetsPartitionResponse> Answer(
        IGrouping<string, ListOffsetsRequest.ListOffsetsTopic> topic, IsolationLevel isolation, short version)
    {
        TopicImage? known = services.Image.Topic(topic.Key);
        foreach (var named in topic.SelectMany(one => one.Partitions).GroupBy(one => one.PartitionIndex))
        {
            ErrorCode refusal = Refuse(known, named, version);
            if (refusal != ErrorCode.None)
            {
                yield return new() { PartitionIndex = named.Key, ErrorCode = refusal };
                continue;
            }

            ListOffsetsRequest.ListOffsetsPartition partition = named.First();
            FoundOffset found = OffsetLookup.Find(
                services,
                new TopicIdPartition(known!.Id, partition.PartitionIndex),
                partition.CurrentLeaderEpoch,
                partition.Timestamp,
                isolation);
            yield return Row(partition.PartitionIndex, found, version);
        }
    }

    private static ErrorCode Refuse(
        TopicImage? topic, IEnumerable<ListOffsetsRequest.ListOffsetsPartition> named, short version)
    {
        ListOffsetsRequest.ListOffsetsPartition partition = named.First();
        if (named.Skip(1).Any()) return ErrorCode.InvalidRequest;
        if (version < FirstVersionOf(partition.Timestamp)) return ErrorCode.UnsupportedVersion;
        return topic is not null && (uint)partition.PartitionIndex < (uint)topic.Partitions.Count
            ? ErrorCode.None
            : ErrorCode.UnknownTopicOrPartition;
    }

    private static short FirstVersionOf(long timestamp) => timestamp switch
    {
        >= 0 or OffsetQuery.Latest or OffsetQuery.Earliest => 1,
        OffsetQuery.MaxTimestamp => 7,
        OffsetQuery.EarliestLocal => 8,
        OffsetQuery.LatestTiered => 9,
        _ => short.MaxValue,
    };

    private static ListOffsetsResponse.ListOffsetsPartitionResponse Row(
        int partition, FoundOffset found, short version) => new()
    {
        PartitionIndex = partition,
        ErrorCode = found.Error == ErrorCode.OffsetNotAvailable && version < FirstWithOffsetNotAvailable
            ? ErrorCode.LeaderNotAvailable
            : LeaderErrors.ForClient(found.Error),
        Offset = found.Offset,
        Timestamp = found.TimestampMs,
        LeaderEpoch = found.LeaderEpoch,
    };
}
