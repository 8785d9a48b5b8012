using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Tests.FakeNodes;

/// <summary>Produce and Fetch at one fake node, with the faults that its cluster is told to show.</summary>
internal sealed class FakeRecordRequests(FakeCluster cluster, NodeId node)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    public void Produce(ProduceRequest request, Action<IResponseMessage> reply)
    {
        ProduceRequest.TopicProduceData topic = request.TopicData.Single();
        ProduceRequest.PartitionProduceData data = topic.PartitionData.Single();
        cluster.AppendFaults.TryDequeue(out AppendFault? fault);
        (ErrorCode error, long offset) = Append(topic.Name, data, fault);
        if (fault is { Drop: true }) return;
        reply(new ProduceResponse
        {
            Responses =
            [
                new()
                {
                    Name = topic.Name,
                    PartitionResponses =
                    [
                        new()
                        {
                            Index = data.Index,
                            ErrorCode = error,
                            BaseOffset = offset,
                            CurrentLeader = error == ErrorCode.NotLeaderOrFollower
                                ? cluster.Hint(topic.Name, data.Index)
                                : null,
                        },
                    ],
                },
            ],
        });
    }

    public void Fetch(FetchRequest request, Action<IResponseMessage> reply)
    {
        long started = TimeProvider.System.GetTimestamp();
        LookAgain();

        void LookAgain()
        {
            bool isOver = TimeProvider.System.GetElapsedTime(started).TotalMilliseconds >= request.MaxWaitMs;
            if (TryFetch(request, isOver, out FetchResponse response)) reply(response);
            else _ = LookLaterAsync(LookAgain);
        }
    }

    private static async Task LookLaterAsync(Action look)
    {
        using var timer = new PeriodicTimer(Look);
        await timer.WaitForNextTickAsync();
        look();
    }

    private (ErrorCode Error, long Offset) Append(
        string topic, ProduceRequest.PartitionProduceData data, AppendFault? fault)
    {
        (ErrorCode error, long offset) = (fault?.Error ?? ErrorCode.None, -1);
        if (cluster.Leader(topic, data.Index) is not { } leader) error = ErrorCode.UnknownTopicOrPartition;
        else if (leader != node) error = ErrorCode.NotLeaderOrFollower;
        else if (fault is null || fault.Append)
            (error, offset) = cluster.Log(topic, data.Index).Append(((MemoryRecords)data.Records!).Bytes.ToArray());
        return fault is { Append: true, Error: not ErrorCode.None } ? (fault.Error, -1) : (error, offset);
    }

    private bool TryFetch(FetchRequest request, bool isOver, out FetchResponse response)
    {
        int left = request.MaxBytes;
        var topics = new List<FetchResponse.FetchableTopicResponse>();
        foreach (FetchRequest.FetchTopic topic in request.Topics)
        {
            var rows = new List<FetchResponse.PartitionData>();
            foreach (FetchRequest.FetchPartition asked in topic.Partitions)
            {
                rows.Add(Read(new TopicIdPartition(topic.TopicId, asked.Partition), asked, left));
                left -= rows[^1].Records!.SizeInBytes;
            }

            topics.Add(new() { TopicId = topic.TopicId, Partitions = rows });
        }

        response = new FetchResponse { Responses = topics };
        return isOver || left < request.MaxBytes
            || topics.Any(topic => topic.Partitions.Any(row => row.ErrorCode != ErrorCode.None));
    }

    private FetchResponse.PartitionData Read(TopicIdPartition id, FetchRequest.FetchPartition asked, int left)
    {
        FakeLog log = cluster.Log(id);
        ErrorCode error = ErrorOf(id, asked, log);
        byte[] bytes = error == ErrorCode.None && left > 0
            ? log.Read(asked.FetchOffset, Math.Min(left, asked.PartitionMaxBytes))
            : [];
        return new FetchResponse.PartitionData
        {
            PartitionIndex = asked.Partition,
            ErrorCode = error,
            HighWatermark = log.EndOffset,
            LastStableOffset = log.EndOffset,
            LogStartOffset = log.StartOffset,
            Records = new MemoryRecords(bytes),
        };
    }

    private ErrorCode ErrorOf(TopicIdPartition id, FetchRequest.FetchPartition asked, FakeLog log)
    {
        if (cluster.FetchErrors.TryDequeue(out ErrorCode told)) return told;
        if (cluster.Find(id) is not { } partition) return ErrorCode.UnknownTopicId;
        if (partition.Leader != node) return ErrorCode.NotLeaderOrFollower;
        return asked.FetchOffset < log.StartOffset || asked.FetchOffset > log.EndOffset
            ? ErrorCode.OffsetOutOfRange
            : ErrorCode.None;
    }
}
