using System.Collections.Immutable;
using KafkaActors.Broker.Configuration;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Controller;

/// <summary>What the controller's actors of one node are made of.</summary>
/// <param name="Self">This node and its first data directory, which holds the metadata log.</param>
/// <param name="MetadataPath">Where that is.</param>
/// <param name="ClusterId">The cluster that the directory belongs to; empty while it belongs to none.</param>
/// <param name="InitialVoters">
/// The voters that may form a cluster together once all say they are empty; none on a node that joins one.
/// </param>
/// <param name="OnFatal">
/// Called, from any thread, when the controller has lost its majority or its disk: the node must leave the cluster, so
/// that the singleton moves.
/// </param>
internal sealed record ControllerServices(
    Voter Self,
    bool IsVoter,
    string MetadataPath,
    string ClusterId,
    ImmutableArray<NodeId> InitialVoters,
    ControllerPolicy Policy,
    ControllerSettings Settings,
    IFileSystem Files,
    TimeProvider Clock,
    Action<string> OnFatal)
{
    /// <summary>The metadata log's directory inside a data directory.</summary>
    public const string DirectoryName = "__cluster_metadata-0";

    /// <summary>This start of the node: what it registers under. Empty when the node is no broker.</summary>
    public Guid Incarnation { get; init; }

    /// <summary>How well each data directory gets on; told with every heartbeat.</summary>
    public Func<ImmutableArray<DirectoryProgress>> Progress { get; init; } = () => [];

    /// <summary>Where this node's choices of replicas and leaders begin, when it is the controller.</summary>
    public required int RandomSeed { get; init; }

    /// <summary>How often the controller says that time has passed.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    public ControllerCoreSettings ForCore() => new(
        Self.Node,
        Incarnation,
        InitialVoters,
        ClusterId.Length > 0 ? ClusterId : new TopicId(Guid.NewGuid()).ToString(),
        Policy,
        new Random(RandomSeed),
        Guid.NewGuid)
    {
        TickInterval = TickInterval,
        HeartbeatInterval = Settings.HeartbeatInterval,
        SessionTimeout = Settings.SessionTimeout,
        DiskStallTimeout = Settings.DiskStallTimeout,
        QuorumLossTimeout = Settings.QuorumLossTimeout,
        MetadataPath = MetadataPath,
        MaxEntriesBetweenSnapshots = Settings.MaxEntriesBetweenSnapshots,
    };
}
