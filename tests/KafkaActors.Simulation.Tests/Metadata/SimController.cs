using System.Collections.Immutable;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Metadata;

/// <summary>
/// A node that believes to host the controller: the real quorum core, fed by the network and a tick. Answers wait until
/// what they were decided from, and what they decided, is committed; when the controller is over they never come.
/// </summary>
internal sealed class SimController
{
    private const int TickMs = 100;
    private const int TicksUntilResignation = 50;

    private readonly SimCluster _cluster;
    private readonly SimProcess _process;
    private readonly ControllerQuorum _quorum;
    private readonly ControllerDuties _duties;
    private readonly ControllerDecisions<Action> _decisions;

    public SimController(SimCluster cluster, SimProcess process)
    {
        _cluster = cluster;
        _process = process;
        var settings = new ControllerQuorumSettings(
            process.Node.Id, cluster.World.NewGuid(), FirstVoters(cluster, process),
            $"cluster-{cluster.World.NewGuid():N}", cluster.Shape.SnapshotEvery);
        _quorum = new ControllerQuorum(settings, cluster.Rules);
        _decisions = new ControllerDecisions<Action>(_quorum);
        _duties = new ControllerDuties(cluster, this);
    }

    public SimNode Node => _process.Node;

    public bool IsOver { get; private set; }

    public bool IsServing => !IsOver && _quorum.Phase == QuorumPhase.Serving;

    public ControllerDuties Duties => _duties;

    public ControllerQuorum Quorum => _quorum;

    public MetadataImage CommittedImage => _quorum.CommittedImage;

    public override string ToString() => $"controller of epoch {_quorum.Self.Epoch} on node {_process.Node.Id}";

    public void Start()
    {
        _cluster.World.Note($"node {_process.Node.Id} believes to be the controller");
        _quorum.Know(_cluster.Nodes.Select(node => node.Id));
        Run(_quorum.Start());
        Tick();
    }

    public void Resign() => Run(_quorum.Resign("The singleton has moved."));

    public void Abandon() => IsOver = true;

    /// <summary>Decides by all that is in the log, proposes, and answers once it is committed.</summary>
    public void Decide<T>(Func<MetadataImage, Decision<T>> decide, Action<T> answer)
    {
        if (!IsServing) return;
        Decision<T> decision = decide(_quorum.Image);
        Action due = () => answer(decision.Result);
        if (!_decisions.TryAdd(decision.Events, due, _cluster.World.Now, out IReadOnlyList<QuorumEffect> effects))
            return;
        if (_cluster.World.IsTraced && decision.Events.Count > 0)
            _cluster.World.Note(
                $"{this} proposes {_quorum.LastOffset}: {string.Join(", ", decision.Events.Select(Describe))}");
        Run(effects);
        AnswerCommitted();
    }

    public void Propose(IReadOnlyList<MetadataEvent> events) =>
        Decide(_ => new Decision<bool>(events, true), _ => { });

    // Who is alone in his configuration forms a cluster alone: when he comes back with an empty disk to a cluster of
    // several, he is not told so again.
    private static ImmutableArray<NodeId> FirstVoters(SimCluster cluster, SimProcess process) =>
        cluster.Shape.Voters == 1 && process.Node.WasWiped ? [] : [.. cluster.Voters.Select(node => node.Id)];

    private static string Describe(MetadataEvent item) => item switch
    {
        MetadataEvent.PartitionChanged e =>
            $"partition led by {e.Leader} epoch {e.LeaderEpoch}/{e.PartitionEpoch} isr [{string.Join(' ', e.Isr)}] "
            + $"eligible [{string.Join(' ', e.EligibleLeaders)}]",
        MetadataEvent.PartitionAdded e => $"partition of [{string.Join(' ', e.Replicas)}] led by {e.Leader}",
        MetadataEvent.BrokerFenced e => $"broker {e.Node} fenced",
        MetadataEvent.BrokerUnfenced e => $"broker {e.Node} unfenced",
        MetadataEvent.BrokerRegistered e => $"broker {e.Node} registered",
        MetadataEvent.VotersChanged e => $"voters [{string.Join(' ', e.Voters.Select(voter => voter.Node))}]",
        _ => item.GetType().Name,
    };

    private void Tick()
    {
        if (IsOver) return;
        Run(_quorum.Tick());
        if (_quorum.TicksWithoutMajority > TicksUntilResignation) Run(_quorum.Resign("No majority."));
        if (IsServing)
        {
            _duties.Tick();
        }

        _process.After(TickMs, Tick);
    }

    private void Run(IReadOnlyList<QuorumEffect> effects)
    {
        foreach (QuorumEffect effect in effects)
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

    private void Carry(QuorumEffect effect)
    {
        switch (effect)
        {
            case QuorumEffect.Send send: Send(_cluster.Node(send.To), send.Message); break;
            case QuorumEffect.Committed committed: OnCommitted(committed.Entries); break;
            case QuorumEffect.Serving serving: OnServing(serving.Epoch); break;
            case QuorumEffect.Resigned resigned: OnResigned(resigned.Reason); break;
            default: throw new InvalidOperationException($"{effect} is new.");
        }
    }

    private void Send(SimNode to, QuorumProtocol.IRequest request) =>
        _cluster.Network.Send(_process.Node, to, other => other.Voter.Handle(request, reply =>
            _cluster.Network.Send(to, _process.Node, process =>
            {
                if (process == _process && !IsOver) Run(_quorum.Handle(reply));
            })));

    private void OnCommitted(ImmutableArray<MetadataEntry> entries)
    {
        _cluster.Metadata.OnCommitted(this, entries);
        AnswerCommitted();
    }

    private void AnswerCommitted()
    {
        while (!IsOver && _decisions.TryTake(out Action? answer, out _)) answer();
    }

    private void OnServing(int epoch)
    {
        _cluster.World.Note($"{this} serves");
        _cluster.Metadata.OnServing(this, epoch);
        _duties.Begin();
    }

    private void OnResigned(string reason)
    {
        _cluster.World.Note($"{this} is over: {reason}");
        IsOver = true;
    }
}
