using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>What a heartbeat says beside that its node lives.</summary>
internal static class HeartbeatDecisions
{
    public static (ErrorCode Error, string? Message) Judge(
        MetadataImage image, ControllerProtocol.Heartbeat heartbeat)
    {
        if (heartbeat.ClusterId.Length > 0 && heartbeat.ClusterId != image.ClusterId)
            return (
                ErrorCode.InconsistentClusterId,
                $"Node {heartbeat.Node} belongs to cluster {heartbeat.ClusterId}, this is cluster {image.ClusterId}.");
        if (heartbeat.Epoch == BrokerEpoch.None) return (ErrorCode.None, null);
        if (image.Broker(heartbeat.Node) is not { } broker)
            return (ErrorCode.BrokerIdNotRegistered, $"Node {heartbeat.Node} is not registered any more.");
        return broker.Incarnation == heartbeat.Incarnation
            ? (ErrorCode.None, null)
            : (ErrorCode.StaleBrokerEpoch, $"Another process has registered as node {heartbeat.Node} since.");
    }

    public static TimeSpan LongestStall(ControllerProtocol.Heartbeat heartbeat)
    {
        TimeSpan longest = TimeSpan.Zero;
        foreach (DirectoryProgress directory in heartbeat.Directories)
            if (directory.Stalled > longest) longest = directory.Stalled;
        return longest;
    }

    /// <summary>
    /// A broker whose disk does not answer gives up what another can take over: it leaves the ISRs in which another
    /// live broker is a member, and what it leads there. The only live replica stays: it waits for its disk.
    /// </summary>
    public static Decision<BrokerResult> LeaveStalled(
        MetadataImage image, BrokerImage broker, Func<BrokerImage, bool> isLive)
    {
        bool IsElectable(NodeId node) =>
            node != broker.Node && image.Broker(node) is { IsActive: true } other && isLive(other);
        TopicIdPartition[] movable = [.. image.HostedBy(broker.Node)
            .Where(id => image.Partition(id) is { } partition && partition.Isr.Contains(broker.Node)
                && partition.Isr.Any(IsElectable))];
        return movable.Length == 0
            ? new([], new BrokerResult(ErrorCode.None, null, broker.Epoch))
            : OfflineDecisions.Report(image, broker.Node, broker.Epoch, movable);
    }
}
