using KafkaActors.Client.Cluster;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Producing;

/// <summary>What became of one batch, the only one of its request.</summary>
/// <param name="BaseOffset">-1 where the node does not say.</param>
/// <param name="LogAppendTimeMs">-1 where the topic keeps the producer's timestamps.</param>
internal readonly record struct BatchAnswer(ErrorCode Error, string? Message, long BaseOffset, long LogAppendTimeMs)
{
    /// <summary>Who leads the partition, where the node does not, and says so (KIP-951).</summary>
    public (NodeId Node, LeaderEpoch Epoch)? Leader { get; private init; }

    public static BatchAnswer Of(ConnectionProtocol.Answered answered, Acks acks)
    {
        if (answered.Response is not ProduceResponse response) return new(answered.Error, answered.Message, -1, -1);
        if (response.Responses is [{ PartitionResponses: [var told, ..] }, ..])
            return new(told.ErrorCode, MessageOf(told), told.BaseOffset, told.LogAppendTimeMs)
            {
                Leader = told.CurrentLeader is { } leader ? (leader.LeaderId, leader.LeaderEpoch) : null,
            };
        return acks == Acks.None
            ? new(ErrorCode.None, null, -1, -1)
            : new(ErrorCode.UnknownServerError, "the node's answer does not name the partition.", -1, -1);
    }

    private static string? MessageOf(ProduceResponse.PartitionProduceResponse told) =>
        told.ErrorMessage ?? (told.RecordErrors is [var first, ..] ? first.BatchIndexErrorMessage : null);
}
