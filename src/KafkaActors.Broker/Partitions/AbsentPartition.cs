using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>What is answered in the place of a partition that is not on this node, or not any more.</summary>
internal static class AbsentPartition
{
    /// <summary>Answers what was asked of it; anything else needs no answer.</summary>
    public static void Answer(object message, IActorRef sender)
    {
        switch (message)
        {
            case PartitionProtocol.Append append:
                sender.Tell(new PartitionProtocol.Appended(
                    append.CorrelationId,
                    ErrorCode.NotLeaderOrFollower,
                    null, -1, -1, -1, NodeId.None, LeaderEpoch.None));
                break;
            case PartitionProtocol.DeleteRecords delete:
                sender.Tell(new PartitionProtocol.RecordsDeleted(
                    delete.CorrelationId, delete.Partition, ErrorCode.NotLeaderOrFollower, -1));
                break;
            default:
                break;
        }
    }
}
