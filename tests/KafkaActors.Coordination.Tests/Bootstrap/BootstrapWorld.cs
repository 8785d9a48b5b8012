using System.Collections.Immutable;
using KafkaActors.Coordination.Bootstrap;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Tests.Bootstrap;

/// <summary>
/// Nodes that know only each other's addresses, over a network that loses, delays and cuts, with the product's
/// <see cref="BootstrapCore"/> in each. What it decides is carried out on a sketch of Akka's membership and of the
/// metadata log. A world repeats for a seed.
/// </summary>
internal sealed class BootstrapWorld
{
    private static readonly TimeSpan AskInterval = Ms(100);
    private static readonly TimeSpan LonelyLimit = Ms(8000);

    private readonly Random _random;
    private readonly BootstrapRules _rules;
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _due = new();
    private readonly HashSet<(SimNode, SimNode)> _cuts = [];
    private readonly HashSet<string> _committed = [];
    private readonly List<(TimeSpan At, SimNode Node, Guid Incarnation)> _formed = [];
    private long _order;

    public BootstrapWorld(int seed, int nodes, BootstrapRules rules)
    {
        _random = new Random(seed);
        _rules = rules;
        Nodes = [.. Enumerable.Range(1, nodes).Select(id => new SimNode(id))];
        Every(Ms(200), KeepLogs);
    }

    public ImmutableArray<SimNode> Nodes { get; }

    public TimeSpan Now { get; private set; }

    public bool IsHarsh { get; set; }

    /// <summary>The first thing that must not be.</summary>
    public string? Violation { get; private set; }

    public int Formed => _formed.Count;

    public IReadOnlyCollection<string> CommittedClusters => _committed;

    public bool IsWhole => Nodes.All(node => node.Island is { } island && island.Members.Count == Nodes.Length)
        && _committed.Count == 1;

    public static TimeSpan Ms(double ms) => TimeSpan.FromMilliseconds(ms);

    public void Start(SimNode node)
    {
        if (node.Core is not null) return;
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        node.Start(Now, Nodes.Select(other => other.Address), _rules, new Guid(bytes));
        Tick(node, node.Incarnation);
    }

    public void Cut(SimNode one, SimNode other, TimeSpan time)
    {
        _cuts.Add((one, other));
        _cuts.Add((other, one));
        In(time, () => Mend(one, other));
    }

    public void Mend(SimNode one, SimNode other) => _cuts.ExceptWith([(one, other), (other, one)]);

    public void In(TimeSpan time, Action action) => _due.Enqueue(action, (Now + time, _order++));

    public void RunUntil(TimeSpan end, Func<bool>? done = null)
    {
        while (Violation is null && _due.TryPeek(out _, out var next) && next.At <= end && done?.Invoke() != true)
        {
            Action action = _due.Dequeue();
            Now = next.At;
            action();
        }

        if (done is null) Now = end;
    }

    /// <summary>Kills, restarts, cuts and, once there is a log, at most one wiped disk, at random.</summary>
    public void Harass(TimeSpan until)
    {
        IsHarsh = true;
        bool mayWipe = true;
        Every(Ms(250), () =>
        {
            if (Now >= until) return;
            (SimNode node, SimNode other) = (Any(), Any());
            switch (_random.Next(8))
            {
                case 0 when node.Core is not null:
                    node.Kill(Now);
                    bool wipes = mayWipe && node.IsVoterOfItsLog && _committed.Count > 0 && _random.Next(6) == 0;
                    if (wipes) node.Wipe();
                    mayWipe &= !wipes;
                    In(Ms(_random.Next(2) == 0 ? _random.Next(150) : _random.Next(2500)), () => Start(node));
                    break;
                case 1 or 2 or 3 when node != other: Cut(node, other, Ms(_random.Next(100, 2000))); break;
            }
        });
    }

    /// <summary>Kills all again and again, and disturbs them in the moments in which they form.</summary>
    public void Rush(int rounds)
    {
        for (int round = 0; round < rounds && Violation is null; round++)
        {
            foreach (SimNode node in Nodes) node.Kill(Now);
            foreach (SimNode node in Nodes) In(Ms(_random.Next(300)), () => Start(node));
            for (int i = 0; i < 8; i++)
            {
                (SimNode node, SimNode other) = (Any(), Any());
                TimeSpan at = Ms(_random.Next(2000));
                if (node != other) In(at, () => Cut(node, other, Ms(_random.Next(100, 800))));
            }

            for (int i = 0; i < 3; i++)
            {
                SimNode node = Any();
                In(Ms(_random.Next(600, 2000)), () => node.Kill(Now));
                In(Ms(_random.Next(600, 2000)), () => Start(node));
            }

            RunUntil(Now + Ms(3000));
        }
    }

    private SimNode Any() => Nodes[_random.Next(Nodes.Length)];

    private void Every(TimeSpan interval, Action action)
    {
        void Again()
        {
            action();
            In(interval, Again);
        }

        In(interval, Again);
    }

    private void Tick(SimNode node, Guid incarnation)
    {
        if (node.Core is not { } core || node.Incarnation != incarnation) return;
        TimeSpan askedAt = node.Local(Now);
        NodeStanding standing = core.Standing(askedAt);
        foreach (string address in core.Addresses)
        {
            SimNode other = Nodes.Single(one => one.Address == address);
            Send(node, other, () => Answer(other, node, incarnation, standing, askedAt));
        }

        Advance(node);
        In(AskInterval, () => Tick(node, incarnation));
    }

    private void Answer(SimNode other, SimNode asker, Guid incarnation, NodeStanding standing, TimeSpan askedAt)
    {
        if (other.Core is not { } core) return;
        NodeStanding answer = core.OnAsk(standing, other.Local(Now));
        Send(other, asker, () =>
        {
            if (asker.Core is not { } asking || asker.Incarnation != incarnation) return;
            asking.OnAnswer(answer, askedAt);
            if (asking.Place == NodePlace.InCluster) LookForIsland(asker, answer);
            else Advance(asker);
        });
    }

    private void Send(SimNode from, SimNode to, Action arrive)
    {
        if (_cuts.Contains((from, to)) || (IsHarsh && _random.Next(12) == 0)) return;
        int delay = IsHarsh && _random.Next(15) == 0 ? _random.Next(100, 1500) : _random.Next(1, 30);
        In(Ms(delay), () =>
        {
            if (!_cuts.Contains((from, to))) arrive();
        });
    }

    private void Advance(SimNode node)
    {
        if (node.Core is not { } core || core.Place == NodePlace.InCluster) return;
        TimeSpan now = node.Local(Now);
        core.HasLostTarget(now);
        Carry(node, core.Decide(now));
        // Akka repeats a join until it is welcome.
        if (!node.MayEnter || !core.IsTargetReady(now)) return;
        Guid incarnation = node.Incarnation;
        SimNode host = Nodes.Single(one => one.Address == core.Target);
        Send(node, host, () => Welcome(host, node, incarnation));
    }

    private void Carry(SimNode node, BootstrapDecision decision)
    {
        Guid incarnation = node.Incarnation;
        if (decision is BootstrapDecision.Wait) return;
        if (decision is BootstrapDecision.Refuse refuse)
        {
            Violation = $"{Now}: node {node.Id} is refused: {refuse.Reason}";
            return;
        }

        if (decision is BootstrapDecision.Form form) Check(node, form);
        // The node's actors start; then it enters.
        In(Ms(_random.Next(50, 400)), () =>
        {
            if (node.Incarnation != incarnation || node.Core is not { } core) return;
            node.MayEnter = true;
            if (core.Place == NodePlace.Forming) Enter(node, new SimIsland());
        });
    }

    private void Check(SimNode node, BootstrapDecision.Form form)
    {
        foreach ((TimeSpan at, SimNode other, Guid incarnation) in _formed)
        {
            bool lives = other.Core is not null && other.Incarnation == incarnation;
            if (lives && other != node && Now - at < Ms(400))
                Violation = $"{Now}: node {node.Id} forms a cluster, node {other.Id} did so at {at}";
        }

        _formed.Add((Now, node, node.Incarnation));
        if (!form.InitialVoters.IsEmpty && form.InitialVoters.Length != Nodes.Length)
            Violation = $"{Now}: node {node.Id} forms a first cluster of {form.InitialVoters.Length}";
    }

    private static void Welcome(SimNode host, SimNode node, Guid incarnation)
    {
        if (node.Incarnation != incarnation || node.Core?.Place != NodePlace.Joining) return;
        if (host.Island is { } island) Enter(node, island);
    }

    private static void Enter(SimNode node, SimIsland island)
    {
        node.Island = island;
        island.Members.Add(node);
        node.Core!.Entered();
    }

    private void LookForIsland(SimNode node, NodeStanding other)
    {
        SimNode peer = Nodes.Single(one => one.Address == other.Address);
        bool isElsewhere = other is { Place: NodePlace.InCluster, SeesVoterMajority: true }
            && node.Island?.Members.Contains(peer) == false && peer.Incarnation == other.Incarnation;
        if (isElsewhere && node.LonelySince is not null) Restart(node);
    }

    private void Restart(SimNode node)
    {
        node.Kill(Now);
        In(Ms(500), () => Start(node));
    }

    // What the quorum does: it founds a log with all initial voters, copies it to voters, and counts majorities.
    private void KeepLogs()
    {
        foreach (SimIsland island in Nodes.Select(node => node.Island).OfType<SimIsland>().Distinct().ToArray())
        {
            SimNode[] members = [.. island.Members];
            SimNode? best = members.Where(node => node.Last > LogPosition.Empty).MaxBy(node => node.Last);
            if (best is null) Found(members);
            else Replicate(best, members);
        }
    }

    private void Found(SimNode[] members)
    {
        ImmutableArray<NodeId> initial = members.Select(Initial).FirstOrDefault(ids => !ids.IsEmpty, []);
        SimNode[] founders = [.. members.Where(node => initial.Contains(node.Id))];
        bool isComplete = !initial.IsEmpty && founders.Length == initial.Length
            && founders.All(node => node.ClusterId.Length == 0);
        if (isComplete) Write(founders[0], $"c{_order}", [.. founders.Select(node => node.Voter)]);
        else WatchLonely(members, reaches: false);
    }

    private ImmutableArray<NodeId> Initial(SimNode node) => node.Core!.Standing(node.Local(Now)).InitialVoters;

    private static void Write(SimNode node, string clusterId, ImmutableArray<Voter> voters)
    {
        node.Last = new LogPosition(1, new MetadataOffset(0));
        node.Voters = voters;
        node.ClusterId = clusterId;
    }

    private void Replicate(SimNode best, SimNode[] members)
    {
        SimNode[] voters = [.. members.Where(node => best.Voters.Contains(node.Voter) && IsLinked(best, node))];
        bool isMajority = voters.Length > best.Voters.Length / 2;
        if (isMajority)
        {
            foreach (SimNode voter in voters) Write(voter, best.ClusterId, best.Voters);
            _committed.Add(best.ClusterId);
            if (_committed.Count > 1) Violation = $"{Now}: two metadata logs, {string.Join(" and ", _committed)}";
            foreach (SimNode member in members) member.ClusterId = best.ClusterId;
        }

        WatchLonely(members, isMajority);
    }

    private bool IsLinked(SimNode one, SimNode other) => one == other || !_cuts.Contains((one, other));

    private void WatchLonely(SimNode[] members, bool reaches)
    {
        foreach (SimNode member in members)
        {
            member.Core!.Know(standing => standing with
            {
                SeesVoterMajority = reaches, ClusterId = member.ClusterId, Last = member.Last, Voters = member.Voters,
            });
            member.LonelySince = reaches ? null : member.LonelySince ?? Now;
            if (Now - member.LonelySince > LonelyLimit) Restart(member);
        }
    }
}
