using System.Collections.Immutable;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Nodes;
using Effect = KafkaActors.Coordination.Controllers.ControllerEffect<KafkaActors.Simulation.Tests.Nodes.SimProcess>;

namespace KafkaActors.Simulation.Tests.Metadata;

/// <summary>
/// A node that believes to host the controller: the real core, fed by the network and a tick. It may die before any one
/// of its effects; when it is over, nothing of it is heard any more. One process may have two of them.
/// </summary>
internal sealed class SimController
{
    public const int TickMs = 100;
    public const int SessionMs = 900;

    private readonly SimCluster _cluster;
    private readonly SimProcess _process;
    private readonly ControllerCore<SimProcess> _core;
    private ControllerQuorum? _operated;
    private SimOperator? _operator;

    public SimController(SimCluster cluster, SimProcess process)
    {
        _cluster = cluster;
        _process = process;
        var settings = new ControllerCoreSettings(
            process.Node.Id, cluster.Shape.HasBrokers ? process.Incarnation : Guid.Empty,
            FirstVoters(cluster, process), $"cluster-{cluster.World.NewGuid():N}", SimCluster.Policy,
            cluster.World.Random, cluster.World.NewGuid)
        {
            TickInterval = TimeSpan.FromMilliseconds(TickMs),
            HeartbeatInterval = TimeSpan.FromMilliseconds(SimNodeFollower.HeartbeatMs),
            SessionTimeout = TimeSpan.FromMilliseconds(SessionMs),
            QuorumLossTimeout = TimeSpan.FromSeconds(5),
            MaxEntriesBetweenSnapshots = cluster.Shape.SnapshotEvery,
        };
        _core = new ControllerCore<SimProcess>(settings, cluster.ControllerRules);
    }

    public SimNode Node => _process.Node;

    public bool IsOver { get; private set; }

    public bool IsServing => !IsOver && _core.IsServing;

    public ControllerQuorum Quorum => _core.Quorum;

    public MetadataImage CommittedImage => _core.Quorum.CommittedImage;

    public override string ToString() =>
        $"controller of epoch {_core.Quorum.Self.Epoch} on node {_process.Node.Id}";

    public void Start()
    {
        _cluster.World.Note($"node {_process.Node.Id} believes to be the controller");
        _core.Know(_cluster.Nodes.Select(node => node.Id));
        Run(_core.Start(_cluster.World.Time));
        Tick();
    }

    /// <summary>The singleton moves elsewhere.</summary>
    public void Stop()
    {
        Run(_core.Stop("The singleton has moved.", _cluster.World.Time));
        IsOver = true;
    }

    public void Abandon() => IsOver = true;

    public void Handle(ControllerProtocol.Request request, SimProcess asker)
    {
        if (!IsOver) Run(_core.Handle(request, asker, _cluster.World.Time, DateTimeOffset.UnixEpoch));
    }

    public void Handle(ControllerProtocol.Heartbeat heartbeat, SimProcess follower)
    {
        if (!IsOver) Run(_core.Handle(heartbeat, follower, _cluster.World.Time));
    }

    public void Handle(ControllerProtocol.Recall recall, SimProcess asker)
    {
        if (!IsOver) Run(_core.Handle(recall, asker, _cluster.World.Time));
    }

    private void Tick()
    {
        if (IsOver) return;
        Run(_core.Tick(_cluster.World.Time));
        if (IsServing) Operator().Tick();
        _process.After(TickMs, Tick);
    }

    // Who is alone in his configuration forms a cluster alone: when he comes back with an empty disk to a cluster of
    // several, he is not told so again.
    private static ImmutableArray<NodeId> FirstVoters(SimCluster cluster, SimProcess process) =>
        cluster.Shape.Voters == 1 && process.Node.WasWiped ? [] : [.. cluster.Voters.Select(node => node.Id)];

    // One for each time that the core leads.
    private SimOperator Operator()
    {
        if (_operator is { } present && ReferenceEquals(_operated, _core.Quorum)) return present;
        _operated = _core.Quorum;
        return _operator = new SimOperator(_cluster, _operated, change =>
        {
            Note([change]);
            foreach (QuorumEffect effect in _operated.Propose([change], _operated.LastOffset, out _))
                if (effect is QuorumEffect.Send send) Ask(_cluster.Node(send.To), send.Message);
        });
    }

    private void Run(IReadOnlyList<Effect> effects)
    {
        foreach (Effect effect in effects)
        {
            if (IsOver) return;
            if (_cluster.IsTroubled && _cluster.World.Chance(_cluster.Shape.ControllerDeath))
            {
                _cluster.World.Note($"{this} dies before {effect.GetType().Name}");
                Abandon();
                return;
            }

            Carry(effect);
        }
    }

    private void Carry(Effect effect)
    {
        switch (effect)
        {
            case Effect.Ask ask: Ask(_cluster.Node(ask.Voter), ask.Message); break;
            case Effect.Answer answer: Tell(answer.Asker, broker => broker.OnReply(answer.Reply)); break;
            case Effect.Feed feed: Tell(feed.Follower, broker => broker.OnFed(feed.Message)); break;
            case Effect.Committed committed: _cluster.Metadata.OnCommitted(this, committed.Entries); break;
            case Effect.Decided decided: Note(decided.Events); break;
            case Effect.SessionsEnded ended: _cluster.Sessions.OnEnded(this, ended.Sessions); break;
            case Effect.Serving serving: OnServing(serving.Epoch); break;
            case Effect.Resigned resigned: OnResigned(resigned.Reason); break;
            case Effect.GiveUp giveUp: OnGivenUp(giveUp.Reason); break;
            default: throw new InvalidOperationException($"{effect} is new.");
        }
    }

    private void Ask(SimNode to, QuorumProtocol.IRequest request) =>
        _cluster.Network.Send(_process.Node, to, other => other.Voter.Handle(request, reply =>
            _cluster.Network.Send(to, _process.Node, process =>
            {
                if (process == _process && !IsOver) Run(_core.Handle(reply, _cluster.World.Time));
            })));

    private void Tell(SimProcess to, Action<SimNodeFollower> deliver) =>
        _cluster.Network.Send(_process.Node, to.Node, process =>
        {
            if (process == to) deliver(process.Follower);
        });

    private void OnServing(int epoch)
    {
        _cluster.World.Note(
            $"{this} serves with the voters [{string.Join(' ', Quorum.Voters.Select(voter => voter.Node))}]");
        _cluster.Metadata.OnServing(this, epoch);
    }

    // Akka's singleton is in one place in the end, and it is not told who that is: the core tries again, or moves.
    private void OnResigned(string reason)
    {
        _cluster.World.Note($"{this} resigns: {reason}");
        if (!_cluster.IsTroubled || _cluster.World.Chance(0.5)) return;
        IsOver = true;
    }

    private void OnGivenUp(string reason)
    {
        _cluster.World.Note($"{this} gives up: {reason}");
        IsOver = true;
    }

    private void Note(IReadOnlyCollection<MetadataEvent> events)
    {
        if (_cluster.World.IsTraced && events.Count > 0)
            _cluster.World.Note($"{this} proposes {string.Join(", ", events.Select(EventText.Of))}");
    }
}
