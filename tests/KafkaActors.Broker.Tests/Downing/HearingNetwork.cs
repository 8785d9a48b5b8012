using KafkaActors.Broker.Downing;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Broker.Downing.DowningEffect;

namespace KafkaActors.Broker.Tests.Downing;

/// <summary>
/// Nodes with a <see cref="DowningCore"/> each, and links that are cut one way or both. Nodes are numbered from 1; the
/// first ones are the voters. Akka's reachability is what its gossip would make of the cuts: one observer is enough for
/// everybody he can tell. A round is a tick of each node that is awake, with all that comes of it.
/// </summary>
internal sealed class HearingNetwork
{
    public const int StableTicks = 6;

    private readonly Dictionary<int, DowningCore> _cores = [];
    private readonly Dictionary<int, Peer> _peers = [];
    private readonly Dictionary<int, VoterSet> _voters = [];
    private readonly HashSet<(int From, int To)> _cut = [];
    private readonly HashSet<int> _dead = [];
    private readonly HashSet<int> _asleep = [];
    private readonly HashSet<int> _late = [];
    private readonly HashSet<int> _downed = [];
    private readonly HashSet<(int From, int To)> _lossy = [];
    private readonly Dictionary<int, Peer> _members = [];
    private readonly HashSet<int> _restarted = [];
    private readonly HashSet<(int At, int Member)> _removed = [];
    private readonly Random _random;

    public HearingNetwork(int nodes, int voters, int seed = 0)
    {
        _random = new Random(seed);
        for (int node = 1; node <= nodes; node++)
        {
            _voters[node] = SetOf(10, [.. Enumerable.Range(1, voters)]);
            Start(node, node);
        }

        Gossip();
    }

    /// <summary>Who was downed by somebody else, in order.</summary>
    public List<int> Downed { get; } = [];

    /// <summary>Who was downed because a majority was refused.</summary>
    public List<int> Confirmed { get; } = [];

    /// <summary>Who ended itself, and why.</summary>
    public Dictionary<int, SelfDowning> Ended { get; } = [];

    public static VoterSet SetOf(long offset, int[] nodes) =>
        new("c", new MetadataOffset(offset), [.. nodes.Select(VoterOf)]);

    public void Know(int node, VoterSet set) => _voters[node] = set;

    /// <summary>Nothing goes from the one to the other.</summary>
    public void CutOneWay(int from, int to) => _cut.Add((from, to));

    public void Cut(int one, int other)
    {
        CutOneWay(one, other);
        CutOneWay(other, one);
    }

    public void Isolate(int node)
    {
        foreach (int other in _peers.Keys.Where(other => other != node)) Cut(node, other);
    }

    public void Heal()
    {
        _cut.Clear();
        _lossy.Clear();
    }

    /// <summary>Half of what goes over this link is lost.</summary>
    public void MakeLossy(int one, int other) => _lossy.UnionWith([(one, other), (other, one)]);

    /// <summary>The process is killed: connections with it break, and its port refuses.</summary>
    public void Kill(int node)
    {
        _dead.Add(node);
        foreach (int other in Running().Where(other => !IsCut(other, node)))
            Carry(other, _cores[other].OnBroken(_peers[node].Address));
    }

    /// <summary>The host is gone: it says nothing and refuses nothing.</summary>
    public void Silence(int node)
    {
        _dead.Add(node);
        Isolate(node);
    }

    public void Pause(int node) => _asleep.Add(node);

    public void Wake(int node)
    {
        _asleep.Remove(node);
        _late.Add(node);
    }

    /// <summary>Another process of the node at the same address, which is no member yet and sees none.</summary>
    public void Restart(int node)
    {
        _dead.Remove(node);
        Start(node, node + 100);
        _restarted.Add(node);
    }

    /// <summary>Akka tells everybody what the observers see; done by itself before each round.</summary>
    public void Gossip()
    {
        foreach (int node in Running())
        {
            SeenMember[] seen = [.. _members.Where(member => !_removed.Contains((node, member.Key)))
                .Select(member => SeenBy(node, member.Key, member.Value))];
            Carry(node, _cores[node].OnMembers(_restarted.Contains(node) ? [] : seen));
        }
    }

    public void Rounds(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Gossip();
            foreach (int node in Running())
            {
                bool isLate = _late.Remove(node);
                if (_cores[node].IsAwake) Carry(node, _cores[node].OnTick(KnownBy(node), isLate));
                if (_cores[node].IsInHurry) Carry(node, _cores[node].OnHurry(KnownBy(node)));
            }
        }
    }

    /// <summary>These nodes' cluster has this process no more.</summary>
    public void Remove(int member, params int[] at)
    {
        foreach (int node in at) _removed.Add((node, member));
    }

    /// <summary>The one lets the other's process in no more.</summary>
    public void Quarantine(int by, int node) =>
        Carry(node, _cores[node].OnQuarantinedBy(_peers[by].Address, KnownBy(node)));

    private int[] Running() =>
    [
        .. _cores.Keys.Where(node => !_dead.Contains(node) && !_asleep.Contains(node) && !Ended.ContainsKey(node))
            .Order(),
    ];

    private SeenMember SeenBy(int node, int member, Peer peer) => new(
        peer,
        node == member || !IsUnreachable(member),
        !_downed.Contains(member),
        !_downed.Contains(member));

    // One observer who hears nothing is enough.
    private bool IsUnreachable(int member) => _restarted.Contains(member) || _members.Keys.Any(observer =>
        observer != member && !_dead.Contains(observer) && !Ended.ContainsKey(observer) && !_asleep.Contains(observer)
            && (IsCut(observer, member) || IsCut(member, observer) || _dead.Contains(member)
                || _asleep.Contains(member) || Ended.ContainsKey(member)));

    private bool IsCut(int from, int to) => _cut.Contains((from, to));

    private bool Passes(int from, int to) =>
        !IsCut(from, to) && !_dead.Contains(to) && !_asleep.Contains(to) && !Ended.ContainsKey(to)
            && !(_lossy.Contains((from, to)) && _random.Next(2) == 0);

    private void Carry(int node, IEnumerable<DowningEffect> effects)
    {
        foreach (DowningEffect effect in effects.ToArray())
        {
            switch (effect)
            {
                case Ask ask: Deliver(node, ask); break;
                case Knock knock:
                    bool isRefused = _dead.Contains(NodeAt(knock.Peer.Address)) && !IsCut(node, knock.Peer.Node.Value);
                    Carry(node, _cores[node].OnKnocked(knock.Peer, isRefused, KnownBy(node)));
                    break;
                case Down down: OnDown(down); break;
                case DownSelf down: Ended.TryAdd(node, down.Reason); break;
            }
        }
    }

    private void Deliver(int node, Ask ask)
    {
        int to = NodeAt(ask.Address);
        if (!Passes(node, to)) return;
        IReadOnlyList<DowningEffect> effects = _cores[to].OnQuestion(ask.Question, KnownBy(to));
        Carry(to, effects);
        if (!Passes(to, node)) return;
        foreach (Reply reply in effects.OfType<Reply>())
            Carry(node, _cores[node].OnAnswer(reply.Answer, KnownBy(node)));
    }

    private void OnDown(Down down)
    {
        int node = down.Peer.Node.Value;
        if (!_downed.Add(node)) return;
        Downed.Add(node);
        if (down.IsConfirmed) Confirmed.Add(node);
    }

    private void Start(int node, int uid)
    {
        var peer = new Peer(new NodeId(node), $"akka.tcp://kafka-actors@10.0.0.{node}:4053", uid);
        _peers[node] = peer;
        _members.TryAdd(node, peer);
        _cores[node] = new DowningCore(peer, StableTicks);
    }

    private int NodeAt(string address) => _peers.Single(peer => peer.Value.Address == address).Key;

    private KnownVoters KnownBy(int node) => new(_voters[node], VoterOf(node));

    private static Voter VoterOf(int node) =>
        new(new NodeId(node), new DirectoryId(new Guid(node, 0, 0, new byte[8])));
}
