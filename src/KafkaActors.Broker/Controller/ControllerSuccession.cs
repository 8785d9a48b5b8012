using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// Says when this voter is to take the controller over from a node that is told to stop: once for each registration
/// that says so, on the lowest voter in service. Nobody has to wait until the cluster has parted with that node. Pure.
/// </summary>
/// <param name="incarnation">
/// This process: what the metadata log says of times before it has registered is over.
/// </param>
internal sealed class ControllerSuccession(NodeId node, Guid incarnation)
{
    private BrokerEpoch _taken = BrokerEpoch.None;

    public bool IsOurTurn(MetadataImage image)
    {
        if (image.Broker(image.Controller) is not { IsInControlledShutdown: true } leaving) return false;
        if (leaving.Epoch == _taken || image.Broker(node)?.Incarnation != incarnation) return false;
        NodeId[] inService = [.. image.Voters.Select(voter => voter.Node)
            .Where(voter => image.Broker(voter) is { IsFenced: false, IsInControlledShutdown: false }).Order()];
        if (inService is not [var first, ..] || first != node) return false;
        _taken = leaving.Epoch;
        return true;
    }
}
