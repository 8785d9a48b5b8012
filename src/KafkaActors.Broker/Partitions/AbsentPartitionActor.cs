using Akka.Actor;

namespace KafkaActors.Broker.Partitions;

/// <summary>Stands in for a partition that has no log on this node: answers its first message so, and stops.</summary>
internal sealed class AbsentPartitionActor : UntypedActor
{
    protected override void OnReceive(object message)
    {
        AbsentPartition.Answer(message, Sender);
        Context.Stop(Self);
    }
}
