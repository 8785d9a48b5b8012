using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// A process becomes its node's broker. The same process asking again keeps its broker epoch, and nothing changes.
/// Another one takes the place of the former in one entry: it is registered fenced, whatever the former led gets
/// another leader or none under a new leader epoch, and its logs are judged.
/// </summary>
public static class RegistrationDecisions
{
    /// <param name="isPreviousAlive">
    /// Whether the process registered under this node id has a session. It is over at once when the new one has a
    /// directory of the former, since only one process holds a directory; with none of them the new one must wait.
    /// </param>
    /// <param name="isHeard">
    /// Whether this controller has heard a registered process itself; for the sake of one that it only gives time
    /// nobody leaves an ISR. Left out: all of them.
    /// </param>
    public static Decision<BrokerResult> Register(
        MetadataImage image,
        BrokerRegistration request,
        bool isPreviousAlive,
        Func<BrokerImage, bool>? isHeard = null)
    {
        BrokerImage? previous = image.Broker(request.Node);
        if (Fault(image, request, previous, isPreviousAlive) is { } refused) return refused;
        if (previous?.Incarnation == request.Incarnation)
            return new([], new BrokerResult(ErrorCode.None, null, previous.Epoch));

        bool isSuspect = previous is not null && IsSuspect(previous, request);
        IReadOnlyList<MetadataEvent> registration = Registration(image, request, isSuspect);
        MetadataImage after = image.Apply(registration, image.Offset);
        PartitionRepair repair = new PartitionRepair(after, isHeard ?? (_ => true))
            .Hosted(request.Node, partition => StatesOf(partition, request.Node, isSuspect));
        return new([.. registration, .. repair.Events], new BrokerResult(ErrorCode.None, null, BrokerEpoch.None))
        {
            Causes = [Registered(request, previous, isSuspect, repair)],
        };
    }

    private static Decision<BrokerResult>? Fault(
        MetadataImage image, BrokerRegistration request, BrokerImage? previous, bool isPreviousAlive)
    {
        if (request.Node.Value < 0) return Refuse(ErrorCode.InvalidRegistration, $"{request.Node} is no node id.");
        if (request.ClusterId.Length > 0 && request.ClusterId != image.ClusterId)
            return Refuse(
                ErrorCode.InconsistentClusterId,
                $"Node {request.Node} belongs to cluster {request.ClusterId}, this is cluster {image.ClusterId}.");
        if (previous is not null && previous.Incarnation != request.Incarnation && isPreviousAlive
            && !previous.Directories.Intersect(request.Directories).Any())
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
        return null;
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
    /// Whether its logs may have lost a tail that was there: a directory that has not seen the last registration under
    /// which it was written is an older copy, another boot means the page cache is gone unless the stop was clean, and
    /// a directory that is new holds nothing. A process that ended before it noted its registration wrote nothing.
    /// </summary>
    private static bool IsSuspect(BrokerImage previous, BrokerRegistration request) =>
        (request.StoredEpoch != previous.Epoch && request.StoredEpoch != previous.StoredEpoch)
        || (previous.BootId != request.BootId && !request.WasCleanShutdown)
        || previous.Directories.Except(request.Directories).Any();

    /// <summary>
    /// A log that was bad is opened anew, and is suspect. Suspicion of an earlier start stays until it is settled; what
    /// the log's end was is asked again.
    /// </summary>
    private static ReplicaStates StatesOf(PartitionImage partition, NodeId node, bool isSuspect)
    {
        ReplicaStates states = partition.States;
        bool isDoubted = isSuspect || states.Failed.Contains(node) || states.IsSuspect(node);
        bool isHolder = partition.Isr.Contains(node) || partition.EligibleLeaders.Contains(node);
        states = states.Failed.Contains(node) ? states.WithoutFailed(node) : states;
        return isDoubted && isHolder ? states.With(SuspectReplica.Unheard(node)) : states;
    }

    private static Cause Registered(
        BrokerRegistration request, BrokerImage? previous, bool isSuspect, PartitionRepair repair) => Cause.Of(
            CauseKind.BrokerRegistered,
            $"broker {request.Node}",
            [
                ("previous epoch", previous?.Epoch.Value ?? BrokerEpoch.None.Value),
                ("stored epoch", request.StoredEpoch.Value),
                ("clean", request.WasCleanShutdown ? 1 : 0),
                ("same boot", previous?.BootId == request.BootId ? 1 : 0),
                ("suspect", isSuspect ? 1 : 0),
                .. repair.Numbers,
            ]);

    private static NodeId? DirectoryOwner(MetadataImage image, BrokerRegistration request) => image.Brokers.Values
        .Where(broker => broker.Node != request.Node && broker.Directories.Intersect(request.Directories).Any())
        .Select(broker => (NodeId?)broker.Node).FirstOrDefault();

    private static Decision<BrokerResult> Refuse(ErrorCode error, string message) =>
        new([], new BrokerResult(error, message, BrokerEpoch.None))
        {
            Causes = [Cause.Of(CauseKind.BrokerRegistrationRefused, message, ("error", (long)error))],
        };
}
