using Akka.Actor;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>Stands in for a partition that has no log on this node: answers its first message so, and stops.</summary>
internal sealed class AbsentPartitionActor : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is PartitionProtocol.Append append)
        {
            Sender.Tell(new ProduceProtocol.Appended(
                append.CorrelationId, ErrorCode.NotLeaderOrFollower, null, -1, -1, -1, NodeId.None, LeaderEpoch.None));
        }

        Context.Stop(Self);
    }
}
