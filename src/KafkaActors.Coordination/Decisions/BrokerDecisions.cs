using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// The life of a broker: registered and fenced, unfenced, in controlled shutdown, fenced again. What changes of its
/// partitions is committed together with it, at a cost in proportion to the partitions it hosts.
/// </summary>
public static class BrokerDecisions
{
    /// <param name="isPreviousAlive">Whether the process registered under this node id now is known to be
    /// alive.</param>
    public static Decision<BrokerResult> Register(
        MetadataImage image, BrokerRegistration request, bool isPreviousAlive, ControllerPolicy policy)
    {
        if (request.Node.Value < 0)
            return Refuse(ErrorCode.InvalidRegistration, $"{request.Node} is no node id.");
        if (request.ClusterId.Length > 0 && request.ClusterId != image.ClusterId)
            return Refuse(
                ErrorCode.InconsistentClusterId,
                $"Node {request.Node} belongs to cluster {request.ClusterId}, this is cluster {image.ClusterId}.");
        BrokerImage? previous = image.Broker(request.Node);
        if (previous?.Incarnation == request.Incarnation && previous.AkkaAddress == request.AkkaAddress)
            return new([], new BrokerResult(ErrorCode.None, null, previous.Epoch));
        if (previous is not null && isPreviousAlive)
            return Refuse(
                ErrorCode.DuplicateBrokerRegistration,
                $"Node {request.Node} is already running at {previous.AkkaAddress}.");
        if (!request.Versions.Contains(image.MetadataVersion))
            return Refuse(
                ErrorCode.UnsupportedVersion,
                $"Node {request.Node} knows metadata.version {request.Versions}, the cluster is at "
                + $"{image.MetadataVersion}: start it with the version that the other nodes run, or a newer one.");
        if (DirectoryOwner(image, request) is { } owner)
            return Refuse(
                ErrorCode.InvalidRegistration, $"A directory of node {request.Node} is registered by node {owner}.");

        bool isSuspect = previous is not null && IsSuspect(previous, request);
        IReadOnlyList<MetadataEvent> registration = Registration(image, request, isSuspect);
        List<MetadataEvent> repairs =
            Repair(image.Apply(registration, image.Offset), request.Node, isSuspect, policy);
        return new([.. registration, .. repairs], new BrokerResult(ErrorCode.None, null, BrokerEpoch.None))
        {
            Causes =
            [
                Cause.Of(
                    CauseKind.BrokerRegistered,
                    $"broker {request.Node}",
                    ("previous epoch", previous?.Epoch.Value ?? -1),
                    ("stored epoch", request.StoredEpoch.Value),
                    ("clean", request.WasCleanShutdown ? 1 : 0),
                    ("same boot", previous?.BootId == request.BootId ? 1 : 0),
                    ("suspect", isSuspect ? 1 : 0),
                    ("partitions changed", repairs.Count)),
            ],
        };
    }

    /// <summary>The level that the registration allows to raise, then the registration.</summary>
    private static IReadOnlyList<MetadataEvent> Registration(
        MetadataImage image, BrokerRegistration request, bool isSuspect)
    {
        var registered = new BrokerRegistered(
            request.Node, BrokerEpoch.None, request.Incarnation, request.BootId, request.AkkaAddress, request.Roles,
            true, false, request.Directories, request.Listeners)
        {
            Rack = request.Rack,
            StoredEpoch = request.StoredEpoch,
            WasCleanShutdown = request.WasCleanShutdown,
            AkkaUid = request.AkkaUid,
            Versions = request.Versions,
            IsSuspect = isSuspect,
        };
        short version = MetadataVersion.Common(image, request.Node, request.Versions);
        return version > image.MetadataVersion
            ? [new MetadataVersionChanged(version), registered]
            : [registered];
    }

    /// <summary>
    /// The broker is ready: it has followed the metadata past its registration and recovered its logs.
    /// </summary>
    public static Decision<BrokerResult> Unfence(
        MetadataImage image, NodeId node, BrokerEpoch epoch, ControllerPolicy policy) =>
        Change(image, node, epoch, policy, broker => broker.IsFenced, new BrokerUnfenced(node, epoch));

    /// <summary>The broker is gone, as far as the controller knows.</summary>
    public static Decision<BrokerResult> Fence(
        MetadataImage image, NodeId node, BrokerEpoch epoch, ControllerPolicy policy) =>
        Change(image, node, epoch, policy, broker => !broker.IsFenced, new BrokerFenced(node, epoch));

    /// <summary>The broker asks to hand over what it leads before it stops.</summary>
    public static Decision<BrokerResult> BeginShutdown(
        MetadataImage image, NodeId node, BrokerEpoch epoch, ControllerPolicy policy) =>
        Change(
            image,
            node,
            epoch,
            policy,
            broker => !broker.IsInControlledShutdown,
            new BrokerShutdownStarted(node, epoch));

    /// <summary>
    /// What a new controller owes: brokers that are not alive are fenced, and partitions get the leaders they can have.
    /// </summary>
    public static IReadOnlyList<MetadataEvent> Reconcile(
        MetadataImage image, Func<BrokerImage, bool> isAlive, ControllerPolicy policy)
    {
        var events = new List<MetadataEvent>();
        foreach (BrokerImage broker in image.Brokers.Values.OrderBy(broker => broker.Node))
        {
            if (broker.IsFenced || isAlive(broker)) continue;
            IReadOnlyList<MetadataEvent> fence = Fence(image, broker.Node, broker.Epoch, policy).Events;
            image = image.Apply(fence, image.Offset);
            events.AddRange(fence);
        }

        foreach (NodeId node in image.Hosted.Keys.Order())
        {
            List<MetadataEvent> repairs = Repair(image, node, isInDoubt: false, policy);
            image = image.Apply(repairs, image.Offset);
            events.AddRange(repairs);
        }

        return events;
    }

    private static Decision<BrokerResult> Change(
        MetadataImage image,
        NodeId node,
        BrokerEpoch epoch,
        ControllerPolicy policy,
        Func<BrokerImage, bool> isNeeded,
        MetadataEvent change)
    {
        if (image.Broker(node) is not { } broker)
            return Refuse(ErrorCode.BrokerIdNotRegistered, $"Node {node} is not registered.");
        if (broker.Epoch != epoch)
            return Refuse(
                ErrorCode.StaleBrokerEpoch, $"Node {node} is registered under epoch {broker.Epoch}, not {epoch}.");
        var done = new BrokerResult(ErrorCode.None, null, epoch);
        if (!isNeeded(broker)) return new([], done);
        List<MetadataEvent> repairs = Repair(image.Apply(change, image.Offset), node, isInDoubt: false, policy);
        return new([change, .. repairs], done);
    }

    /// <summary>What a change of one broker changes of the partitions it hosts.</summary>
    private static List<MetadataEvent> Repair(
        MetadataImage image, NodeId node, bool isInDoubt, ControllerPolicy policy)
    {
        bool isLeaving = image.Broker(node) is not { IsActive: true };
        var election = new LeaderElection(
            id => image.Broker(id) is { IsActive: true }, id => isInDoubt && id == node);
        var events = new List<MetadataEvent>();
        foreach (TopicIdPartition id in image.HostedBy(node))
        {
            PartitionImage partition = image.Partition(id)!;
            ElectionConfigs settings = ElectionConfigs.Of(image, id.TopicId, policy);
            var change = election.Update(
                partition, isLeaving ? node : NodeId.None, settings.MinInSyncReplicas, settings.IsUncleanAllowed);
            if (change is not null) events.Add(change);
        }

        return events;
    }

    /// <summary>
    /// Whether its logs may have lost a tail that was there: a directory that has not seen the last registration is
    /// an older copy, another boot means the page cache is gone unless the stop was clean, and a directory that is new
    /// holds nothing.
    /// </summary>
    private static bool IsSuspect(BrokerImage previous, BrokerRegistration request) =>
        request.StoredEpoch != previous.Epoch
        || (previous.BootId != request.BootId && !request.WasCleanShutdown)
        || previous.Directories.Except(request.Directories).Any();

    private static NodeId? DirectoryOwner(MetadataImage image, BrokerRegistration request) => image.Brokers.Values
        .Where(broker => broker.Node != request.Node && broker.Directories.Intersect(request.Directories).Any())
        .Select(broker => (NodeId?)broker.Node).FirstOrDefault();

    private static Decision<BrokerResult> Refuse(ErrorCode error, string message) =>
        new([], new BrokerResult(error, message, BrokerEpoch.None));
}
