using KafkaActors.Broker.Serving;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>Writes what was found in the logs as Kafka's answer to a fetch: a row for each partition asked.</summary>
internal static class FetchResponses
{
    /// <summary>From it on an answer names the leaders' addresses (KIP-951).</summary>
    public const short FirstWithLeaders = 16;

    /// <summary>
    /// Before it clients know no error of the disk, and are sent to look for another leader (KIP-112).
    /// </summary>
    private const short FirstWithStorageErrors = 6;

    public static List<FetchResponse.FetchableTopicResponse> Of(
        IReadOnlyList<FetchedPartition> partitions,
        IReadOnlyList<PartitionRead> reads,
        IsolationLevel isolation)
    {
        var topics = new List<FetchResponse.FetchableTopicResponse>();
        List<FetchResponse.PartitionData> rows = [];
        for (int i = 0; i < partitions.Count; i++)
        {
            FetchedPartition partition = partitions[i];
            TopicId id = partition.Position.Partition.TopicId;
            if (topics.Count == 0 || topics[^1].TopicId != id || topics[^1].Topic != partition.TopicName)
            {
                rows = [];
                topics.Add(new() { Topic = partition.TopicName, TopicId = id, Partitions = rows });
            }

            rows.Add(Row(partition, reads[i], isolation));
        }

        return topics;
    }

    /// <summary>Says what is wrong in words that the client's version has.</summary>
    public static void Translate(FetchResponse response, short version)
    {
        if (version >= FirstWithStorageErrors) return;
        foreach (FetchResponse.PartitionData row in response.Responses.SelectMany(topic => topic.Partitions))
        {
            if (row.ErrorCode == ErrorCode.KafkaStorageError) row.ErrorCode = ErrorCode.NotLeaderOrFollower;
        }
    }

    /// <summary>Whether copying the records may wait for the disk.</summary>
    public static bool IsCold(FetchResponse response)
    {
        foreach (FetchResponse.FetchableTopicResponse topic in response.Responses)
        {
            foreach (FetchResponse.PartitionData row in topic.Partitions)
            {
                if (row.Records is LogRecords { IsCold: true }) return true;
            }
        }

        return false;
    }

    /// <summary>Copies the records, for a reader who knows nothing of logs, and lets go of these.</summary>
    public static void MoveToMemory(FetchResponse response)
    {
        foreach (FetchResponse.FetchableTopicResponse topic in response.Responses)
        {
            foreach (FetchResponse.PartitionData row in topic.Partitions)
            {
                if (row.Records is not LogRecords records) continue;
                byte[] bytes = GC.AllocateUninitializedArray<byte>(records.SizeInBytes);
                records.CopyTo(0, bytes);
                row.Records = new MemoryRecords(bytes);
                records.Dispose();
            }
        }
    }

    /// <summary>Lets go of the logs of an answer that nobody will get, or that has been written.</summary>
    public static void Release(FetchResponse response)
    {
        foreach (FetchResponse.FetchableTopicResponse topic in response.Responses)
        {
            foreach (FetchResponse.PartitionData row in topic.Partitions) (row.Records as IDisposable)?.Dispose();
        }
    }

    private static FetchResponse.PartitionData Row(
        FetchedPartition partition, PartitionRead read, IsolationLevel isolation)
    {
        var row = new FetchResponse.PartitionData
        {
            PartitionIndex = partition.Position.Partition.Partition,
            ErrorCode = LeaderErrors.ForClient(read.Error, isById: partition.TopicName.Length == 0),
            HighWatermark = read.View?.HighWatermark ?? -1,
            LastStableOffset = read.View?.LastStableOffset ?? -1,
            LogStartOffset = read.View?.LogStartOffset ?? -1,
            // There are no transactions yet, so none was aborted; null would mean that nobody asked.
            AbortedTransactions = isolation == IsolationLevel.ReadCommitted ? [] : null,
            Records = read.Range is { Length: > 0 } range ? new LogRecords(range) : MemoryRecords.Empty,
        };
        if (read.Range is { Length: 0 }) read.Dispose();
        if (read.Diverging is { } diverging)
            row.DivergingEpoch = new() { Epoch = diverging.Epoch, EndOffset = diverging.EndOffset };
        return row;
    }
}
