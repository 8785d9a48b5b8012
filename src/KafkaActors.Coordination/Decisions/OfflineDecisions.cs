using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// A broker whose log of a partition has failed leads it no longer and leaves its ISR where another member stays. The
/// broker goes on with its other partitions; it may lead this one again after its next registration, with a log that
/// was opened anew.
/// </summary>
public static class OfflineDecisions
{
    public static Decision<BrokerResult> Report(
        MetadataImage image,
        NodeId node,
        BrokerEpoch epoch,
        IReadOnlyList<TopicIdPartition> partitions,
        ControllerPolicy policy)
    {
        if (image.Broker(node)?.Epoch != epoch)
            return new([], new BrokerResult(
                ErrorCode.StaleBrokerEpoch, $"Node {node} is not registered under epoch {epoch}.", BrokerEpoch.None));
        var election = new LeaderElection(
            id => id != node && image.Broker(id) is { IsActive: true }, id => id == node);
        var events = new List<MetadataEvent>();
        foreach (TopicIdPartition id in partitions.Distinct())
        {
            if (image.Partition(id) is not { } partition || !partition.Replicas.Contains(node)) continue;
            ElectionConfigs settings = ElectionConfigs.Of(image, id.TopicId, policy);
            var change = election.Update(partition, node, settings.MinInSyncReplicas, settings.IsUncleanAllowed);
            if (change is not null) events.Add(change);
        }

        return new(events, new BrokerResult(ErrorCode.None, null, epoch));
    }
}
