using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;
using Akka.Cluster;
using KafkaActors.Broker.Causes;
using KafkaActors.Broker.Bootstrap;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Bootstrap;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// A node's way into its cluster. First it is decided whose that is, and nothing is written before; then the node's
/// actors start, its voter among them; then it becomes a member and waits until it is Up. A node that knows of nobody
/// else is alone at once, and in a host's system that is in a cluster, or configured for one, it only waits.
/// </summary>
internal sealed class ClusterEntry
{
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(5);

    private readonly Cluster _cluster;
    private readonly MembershipSettings _settings;
    private readonly BootstrapServices _services;

    private ClusterEntry(Cluster cluster, MembershipSettings settings, BootstrapServices services, IActorRef bootstrap)
    {
        _cluster = cluster;
        _settings = settings;
        _services = services;
        Bootstrap = bootstrap;
    }

    /// <summary>Takes what stands in <see cref="BootstrapProtocol"/>.</summary>
    public IActorRef Bootstrap { get; }

    /// <summary>The voters that the cluster is formed with, as far as this node takes part in that.</summary>
    public ImmutableArray<NodeId> InitialVoters { get; private init; } = [];

    /// <summary>Whether the data directories are known to be of the cluster that the node is going to be in.</summary>
    public bool IsOwnCluster => _services.Mode != BootstrapMode.Hosted;

    /// <exception cref="NodeStartException">No cluster was found, or the one that was is not this node's.</exception>
    public static async Task<ClusterEntry> FindAsync(
        ActorSystem system, NodeContext context, bool isHosted, CancellationToken cancellation)
    {
        var cluster = Cluster.Get(system);
        NodeSettings settings = context.Settings;
        StoredLog log = await context.StoredLog.ConfigureAwait(false);
        var known = KnownAddresses.Of(settings, log, cluster.SelfAddress);
        BootstrapMode mode = isHosted && IsJoinedByHost(cluster) ? BootstrapMode.Hosted
            : known.Others.IsEmpty ? BootstrapMode.Alone
            : BootstrapMode.Asking;
        if (mode == BootstrapMode.Alone) CheckAlone(settings, log);
        var services = new BootstrapServices(
            mode,
            new BootstrapSettings(StandingOf(context, log, known, cluster), known.FirstVoters, known.Others)
            {
                HeldBefore = context.SleeplessClock.GetElapsedTime(context.OpenedAt),
            },
            settings.Cluster.JoinTimeout,
            context.SleeplessClock,
            DecisionCauses.Of(system).Ring,
            reason => context.Fail(reason));
        IActorRef bootstrap = system.ActorOf(
            Props.Create(() => new BootstrapActor(services)).WithDispatcher("kafka-actors.dispatchers.control"),
            BootstrapActor.Name);
        bool mayForm = settings.IsVoter && context.Directories.ClusterId is null;
        ImmutableArray<NodeId> initial = mode switch
        {
            BootstrapMode.Asking => await DecidedAsync(services, bootstrap, cancellation).ConfigureAwait(false),
            BootstrapMode.Hosted when mayForm => InitialInHost(settings),
            BootstrapMode.Alone when mayForm => [settings.NodeId],
            _ => [],
        };
        return new ClusterEntry(cluster, settings.Cluster, services, bootstrap) { InitialVoters = initial };
    }

    /// <summary>To be called when the node's actors run; ends when the node is Up.</summary>
    public async Task EnterAsync(CancellationToken cancellation)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timeout.CancelAfter(_settings.JoinTimeout);
        try
        {
            switch (_services.Mode)
            {
                case BootstrapMode.Asking:
                    Bootstrap.Tell(BootstrapProtocol.Enter.Instance);
                    await _services.Up.Task.WaitAsync(cancellation).ConfigureAwait(false);
                    break;
                case BootstrapMode.Alone:
                    await _cluster.JoinAsync(_cluster.SelfAddress, timeout.Token).ConfigureAwait(false);
                    break;
                default:
                    await _services.Up.Task.WaitAsync(timeout.Token).ConfigureAwait(false);
                    break;
            }
        }
        catch (ClusterJoinFailedException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (Exception cause) when (!cancellation.IsCancellationRequested
            && cause is OperationCanceledException or ClusterJoinFailedException)
        {
            string waited = string.Create(CultureInfo.InvariantCulture, $"{_settings.JoinTimeout.TotalSeconds:0.#} s");
            throw new NodeStartException(
                $"this node did not come up in its cluster within {waited} (kafka-actors.cluster.join.timeout.ms)",
                cause);
        }
    }

    private static async Task<ImmutableArray<NodeId>> DecidedAsync(
        BootstrapServices services, IActorRef bootstrap, CancellationToken cancellation)
    {
        try
        {
            return await services.Decided.Task.WaitAsync(cancellation).ConfigureAwait(false) switch
            {
                BootstrapDecision.Form form => form.InitialVoters,
                BootstrapDecision.Join join => join.InitialVoters,
                _ => [],
            };
        }
        catch
        {
            // A host's system goes on, and may start the node again.
            await bootstrap.GracefulStop(StopLimit).ConfigureAwait(false);
            throw;
        }
    }

    private static bool IsJoinedByHost(Cluster cluster) =>
        !cluster.Settings.SeedNodes.IsEmpty || !cluster.State.Members.IsEmpty;

    // The oldest of the host's nodes has the controller. Without a list it forms the cluster with itself.
    private static ImmutableArray<NodeId> InitialInHost(NodeSettings settings)
    {
        NodeId[] named = [.. settings.Cluster.QuorumVoters.Select(voter => QuorumVoter.Parse(voter).Node)];
        return named.Length == 0 ? [settings.NodeId]
            : named.Contains(settings.NodeId) ? [.. named.Order()]
            : [];
    }

    private static void CheckAlone(NodeSettings settings, StoredLog log)
    {
        if (!settings.IsVoter)
            throw new NodeStartException(
                $"node {settings.NodeId} has no role voter and knows no other node; name nodes of its cluster with "
                + "--seed HOST:PORT or kafka-actors.cluster.seeds");
        Voter[] others = [.. log.Voters.Where(voter => voter.Node != settings.NodeId)];
        if (others.Length > 0)
            throw new NodeStartException(
                $"the metadata log of node {settings.NodeId} names {others.Length} other voters and no address of "
                + "one; name them with --seed HOST:PORT or kafka-actors.cluster.seeds");
    }

    private static NodeStanding StandingOf(
        NodeContext context, StoredLog log, KnownAddresses known, Cluster cluster)
    {
        string self = cluster.SelfAddress.ToString();
        return new NodeStanding(
            new Voter(context.Settings.NodeId, context.Directories.First.Meta.DirectoryId), self, context.Incarnation)
        {
            IsVoter = context.Settings.IsVoter,
            ClusterId = context.Directories.ClusterId ?? log.ClusterId,
            FirstVoters = known.FirstVoters.ContainsKey(self) ? [.. known.FirstVoters.Keys] : [],
            Last = log.Last,
            Voters = log.Voters,
            AkkaUid = cluster.SelfUniqueAddress.Uid,
        };
    }
}
