using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Broker.Handlers;

/// <summary>Writes a partition's answer to an append as Kafka's clients know it. Pure.</summary>
internal static class ProduceAnswer
{
    /// <summary>Whether nobody can hold the batches any more: every one is in its log.</summary>
    public static bool IsClean(ProduceResponse response)
    {
        foreach (ProduceResponse.TopicProduceResponse topic in response.Responses)
        {
            foreach (ProduceResponse.PartitionProduceResponse partition in topic.PartitionResponses)
            {
                if (partition.ErrorCode != ErrorCode.None) return false;
            }
        }

        return true;
    }

    public static void Write(PartitionProtocol.Appended appended, ProduceResponse.PartitionProduceResponse answer)
    {
        answer.ErrorCode = LeaderErrors.ForClient(appended.Error);
        answer.ErrorMessage = appended.Message;
        answer.BaseOffset = appended.BaseOffset;
        answer.LogAppendTimeMs = appended.LogAppendTimeMs;
        answer.LogStartOffset = appended.LogStartOffset;
        if (appended.RecordErrors is { } errors) answer.RecordErrors = [.. errors.Select(Named)];
    }

    private static ProduceResponse.BatchIndexAndErrorMessage Named(RecordError error) =>
        new() { BatchIndex = error.Index, BatchIndexErrorMessage = error.Message };

    public static void Refuse(
        ProduceResponse.PartitionProduceResponse answer, ErrorCode error, string? message = null)
    {
        answer.ErrorCode = LeaderErrors.ForClient(error);
        answer.ErrorMessage = message;
        answer.BaseOffset = -1;
    }
}
