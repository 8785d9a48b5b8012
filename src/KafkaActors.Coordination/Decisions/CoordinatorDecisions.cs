using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// Gives each group coordinator that starts an epoch above all before it: what a former one still sends is refused by
/// the partitions from then on.
/// </summary>
public static class CoordinatorDecisions
{
    public static Decision<CoordinatorStart> Start(MetadataImage image, NodeId node, BrokerEpoch epoch)
    {
        if (image.Broker(node) is not { } broker) return Refuse(ErrorCode.BrokerIdNotRegistered);
        if (broker.Epoch != epoch) return Refuse(ErrorCode.StaleBrokerEpoch);
        CoordinatorEpoch next = image.CoordinatorEpoch.Next();
        return new([new MetadataEvent.CoordinatorStarted(node, next)], new CoordinatorStart(ErrorCode.None, next));
    }

    private static Decision<CoordinatorStart> Refuse(ErrorCode error) =>
        new([], new CoordinatorStart(error, default));
}
