using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// Gives each coordinator that starts an epoch above all before it over the same internal topic: what a former one
/// still sends is refused by the topic's partitions from then on.
/// </summary>
public static class CoordinatorDecisions
{
    public static Decision<CoordinatorStart> Start(
        MetadataImage image, string topic, NodeId node, BrokerEpoch epoch)
    {
        if (!TopicName.IsInternal(topic)) return Refuse(ErrorCode.InvalidTopicException);
        if (image.Broker(node) is not { } broker) return Refuse(ErrorCode.BrokerIdNotRegistered);
        if (broker.Epoch != epoch) return Refuse(ErrorCode.StaleBrokerEpoch);
        CoordinatorEpoch next = image.Coordinator(topic).Epoch.Next();
        return new(
            [new MetadataEvent.CoordinatorStarted(topic, node, next)], new CoordinatorStart(ErrorCode.None, next))
        {
            Causes =
            [
                Cause.Of(
                    CauseKind.CoordinatorStarted, topic, ("node", node.Value), ("coordinator epoch", next.Value)),
            ],
        };
    }

    private static Decision<CoordinatorStart> Refuse(ErrorCode error) =>
        new([], new CoordinatorStart(error, default));
}
