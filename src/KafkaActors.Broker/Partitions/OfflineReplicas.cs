using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// The partitions whose log on this node has failed or could not be opened: offline until the node starts again. The
/// controller is told, again and again, as long as its metadata counts on one of them here.
/// Invariant: one report is under way at most. Owned by the <see cref="ReplicaManager"/>.
/// </summary>
internal sealed class OfflineReplicas(NodeId node)
{
    /// <summary>Keeps a report within one frame; the rest goes with the next.</summary>
    private const int MaxPartitionsPerReport = 1000;

    private readonly HashSet<TopicIdPartition> _partitions = [];
    private long _lastId;
    private bool _isUnderWay;

    public void Add(TopicIdPartition partition) => _partitions.Add(partition);

    public void Remove(TopicIdPartition partition) => _partitions.Remove(partition);

    public bool Contains(TopicIdPartition partition) => _partitions.Contains(partition);

    /// <summary>What the controller has to be told now; null when it knows all, or has not answered yet.</summary>
    public ControllerProtocol.ReportOffline? NextReport(MetadataImage image)
    {
        if (_isUnderWay || _partitions.Count == 0 || image.Broker(node) is not { } self) return null;
        TopicIdPartition[] wrong = [.. _partitions.Where(id => IsCountedOn(image, id)).Take(MaxPartitionsPerReport)];
        if (wrong.Length == 0) return null;
        _isUnderWay = true;
        return new ControllerProtocol.ReportOffline(++_lastId, node, self.Epoch, [.. wrong]);
    }

    public void OnAnswered(ControllerProtocol.Reply reply)
    {
        if (reply.Id == _lastId) _isUnderWay = false;
    }

    // What was reported stays in the metadata until the node registers anew, also where nobody can lead instead.
    private bool IsCountedOn(MetadataImage image, TopicIdPartition id) => image.Partition(id) is { } partition
        && !partition.States.Failed.Contains(node)
        && (partition.Leader == node || (partition.Isr.Length > 1 && partition.Isr.Contains(node)));
}
