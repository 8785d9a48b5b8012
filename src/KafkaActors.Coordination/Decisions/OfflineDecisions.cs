using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// A broker whose log of a partition has failed leads it no longer and leaves its ISR where another member leads. The
/// broker goes on with its other partitions. That the log is bad stays committed until the broker registers anew, with
/// a log that was opened anew, so that nobody elects it meanwhile; then the log is suspect.
/// </summary>
public static class OfflineDecisions
{
    public static Decision<BrokerResult> Report(
        MetadataImage image,
        NodeId node,
        BrokerEpoch epoch,
        IReadOnlyList<TopicIdPartition> partitions)
    {
        if (image.Broker(node)?.Epoch != epoch)
            return new([], new BrokerResult(
                ErrorCode.StaleBrokerEpoch, $"Node {node} is not registered under epoch {epoch}.", BrokerEpoch.None));
        var repair = new PartitionRepair(image, _ => true);
        foreach (TopicIdPartition id in partitions.Distinct())
            if (image.Partition(id) is { } partition && partition.Replicas.Contains(node))
                repair.Add(partition, known => known.States.WithFailed(node));
        return new(repair.Events, new BrokerResult(ErrorCode.None, null, epoch))
        {
            Causes =
            [
                Cause.Of(
                    CauseKind.LogsReportedOffline,
                    $"broker {node}",
                    [("broker epoch", epoch.Value), ("partitions", partitions.Count), .. repair.Numbers]),
            ],
        };
    }
}
