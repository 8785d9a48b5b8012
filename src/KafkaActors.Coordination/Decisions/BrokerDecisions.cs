using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// The life of a registered broker: fenced, unfenced, in controlled shutdown, fenced again, gone. What changes of its
/// partitions is committed together with it, at a cost in proportion to the partitions it hosts. Several that are gone
/// are fenced as one set, so that no partition is given to one of them in between.
/// </summary>
public static class BrokerDecisions
{
    /// <summary>
    /// The broker is ready: it has followed the metadata past its registration and recovered its logs.
    /// </summary>
    /// <param name="ends">How far its logs go that are suspect (<see cref="ReplicaStates.Suspects"/>).</param>
    /// <param name="isHeard">As in <see cref="RegistrationDecisions.Register"/>.</param>
    public static Decision<BrokerResult> Unfence(
        MetadataImage image,
        NodeId node,
        BrokerEpoch epoch,
        IReadOnlyList<ReplicaLogEnd>? ends = null,
        Func<BrokerImage, bool>? isHeard = null)
    {
        Dictionary<TopicIdPartition, ReplicaLogEnd> endOf = (ends ?? []).ToDictionary(end => end.Partition);
        return Change(
            image, node, epoch, CauseKind.BrokerUnfenced, broker => broker.IsFenced, new BrokerUnfenced(node, epoch),
            partition => partition.States.IsSuspect(node) && endOf.TryGetValue(partition.Id, out ReplicaLogEnd end)
                ? partition.States.With(new SuspectReplica(node, end.LastEpoch, end.LogEndOffset))
                : partition.States,
            isHeard);
    }

    /// <summary>The broker is gone, as far as the controller knows.</summary>
    public static Decision<BrokerResult> Fence(MetadataImage image, NodeId node, BrokerEpoch epoch) =>
        Check(image, node, epoch) is { } refused
            ? refused
            : FenceAll(image, [image.Broker(node)!]).With(new BrokerResult(ErrorCode.None, null, epoch));

    /// <summary>The brokers are gone, all of them, as far as the controller knows.</summary>
    public static Decision<ImmutableArray<NodeId>> FenceAll(
        MetadataImage image, IEnumerable<BrokerImage> brokers, Func<BrokerImage, bool>? isHeard = null)
    {
        BrokerFenced[] fences = Fences(brokers);
        if (fences.Length == 0) return new([], []);
        var repair = new PartitionRepair(image.Apply(fences, image.Offset), isHeard ?? (_ => true));
        foreach (BrokerFenced fence in fences) repair.Hosted(fence.Node);
        return Fenced(fences, repair);
    }

    /// <summary>The broker asks to hand over what it leads before it stops.</summary>
    public static Decision<BrokerResult> BeginShutdown(MetadataImage image, NodeId node, BrokerEpoch epoch) => Change(
        image, node, epoch, CauseKind.BrokerShutdownStarted, broker => !broker.IsInControlledShutdown,
        new BrokerShutdownStarted(node, epoch));

    /// <summary>
    /// The broker is taken out of the cluster: a person says that it will not come back. As in Kafka it stays the
    /// replica that it is until somebody reassigns its partitions, and leads none. One that runs stays: a request must
    /// not end a node. One that was only silent ends when it hears of it, and registers again when it starts.
    /// </summary>
    public static Decision<BrokerResult> Unregister(
        MetadataImage image, NodeId node, Func<BrokerImage, bool> isAlive)
    {
        if (image.Broker(node) is not { } broker)
            return Refuse(ErrorCode.BrokerIdNotRegistered, $"Node {node} is not registered.");
        if (isAlive(broker))
            return Refuse(
                ErrorCode.InvalidRequest, $"Node {node} is running; stop it first, or it would have to end itself.");
        var gone = new BrokerUnregistered(node, broker.Epoch);
        PartitionRepair repair =
            new PartitionRepair(image.Apply(gone, image.Offset), _ => true).Hosted(node);
        return new([gone, .. repair.Events], new BrokerResult(ErrorCode.None, null, broker.Epoch))
        {
            Causes = [CauseOf(CauseKind.BrokerUnregistered, broker, repair)],
        };
    }

    /// <summary>
    /// What a new controller owes: the brokers that are not alive are fenced, all partitions get the leaders that they
    /// can have, and settings that must be the same everywhere are committed, should they not be yet.
    /// </summary>
    public static Decision<ImmutableArray<NodeId>> Reconcile(
        MetadataImage image,
        Func<BrokerImage, bool> isAlive,
        ControllerPolicy policy,
        Func<BrokerImage, bool>? isHeard = null)
    {
        IReadOnlyList<MetadataEvent> configs = FirstConfigs(image, policy);
        BrokerFenced[] fences =
            Fences(image.Brokers.Values.Where(broker => !broker.IsFenced && !isAlive(broker)));
        MetadataImage after = image.Apply(configs, image.Offset).Apply(fences, image.Offset);
        Decision<ImmutableArray<NodeId>> fenced =
            Fenced(fences, new PartitionRepair(after, isHeard ?? (_ => true)).All());
        return fenced with { Events = [.. configs, .. fenced.Events] };
    }

    private static BrokerFenced[] Fences(IEnumerable<BrokerImage> brokers) =>
    [
        .. brokers.Where(broker => !broker.IsFenced).OrderBy(broker => broker.Node)
            .Select(broker => new BrokerFenced(broker.Node, broker.Epoch)),
    ];

    private static Decision<ImmutableArray<NodeId>> Fenced(BrokerFenced[] fences, PartitionRepair repair)
    {
        ImmutableArray<NodeId> nodes = [.. fences.Select(fence => fence.Node)];
        return new([.. fences, .. repair.Events], nodes)
        {
            Causes = nodes.IsEmpty && repair.Events.Count == 0
                ? []
                :
                [
                    Cause.Of(
                        CauseKind.BrokersFenced,
                        nodes.IsEmpty ? "no broker" : $"broker {string.Join(", ", nodes)}",
                        [("brokers", nodes.Length), .. repair.Numbers]),
                ],
        };
    }

    // Once: taking one back to its default is refused, so that no later controller commits its own file's.
    private static List<MetadataEvent> FirstConfigs(MetadataImage image, ControllerPolicy policy)
    {
        var first = new List<MetadataEvent>();
        if (!image.IsFormed) return first;
        ImmutableSortedDictionary<string, string> committed = image.ConfigsOf(ConfigResource.AllBrokers);
        foreach (ConfigDefinition definition in TopicConfigs.All)
            if (TopicConfigs.IsCommitted(definition.Name) && !committed.ContainsKey(definition.Name))
                first.Add(new ConfigChanged(
                    ConfigResource.AllBrokers,
                    definition.Name,
                    policy.TopicDefaults.FirstCommitted(definition.Name)));
        return first;
    }

    private static Decision<BrokerResult> Change(
        MetadataImage image,
        NodeId node,
        BrokerEpoch epoch,
        CauseKind kind,
        Func<BrokerImage, bool> isNeeded,
        MetadataEvent change,
        Func<PartitionImage, ReplicaStates>? states = null,
        Func<BrokerImage, bool>? isHeard = null)
    {
        if (Check(image, node, epoch) is { } refused) return refused;
        BrokerImage broker = image.Broker(node)!;
        var done = new BrokerResult(ErrorCode.None, null, epoch);
        if (!isNeeded(broker)) return new([], done);
        PartitionRepair repair =
            new PartitionRepair(image.Apply(change, image.Offset), isHeard ?? (_ => true)).Hosted(node, states);
        return new([change, .. repair.Events], done) { Causes = [CauseOf(kind, broker, repair)] };
    }

    private static Cause CauseOf(CauseKind kind, BrokerImage broker, PartitionRepair repair) => Cause.Of(
        kind, $"broker {broker.Node}", [("broker epoch", broker.Epoch.Value), .. repair.Numbers]);

    private static Decision<BrokerResult>? Check(MetadataImage image, NodeId node, BrokerEpoch epoch)
    {
        if (image.Broker(node) is not { } broker)
            return Refuse(ErrorCode.BrokerIdNotRegistered, $"Node {node} is not registered.");
        return broker.Epoch == epoch
            ? null
            : Refuse(
                ErrorCode.StaleBrokerEpoch, $"Node {node} is registered under epoch {broker.Epoch}, not {epoch}.");
    }

    private static Decision<BrokerResult> Refuse(ErrorCode error, string message) =>
        new([], new BrokerResult(error, message, BrokerEpoch.None));
}
