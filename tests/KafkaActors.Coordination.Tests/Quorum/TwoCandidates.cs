using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Quorum.QuorumProtocol;

namespace KafkaActors.Coordination.Tests.Quorum;

/// <summary>
/// A standby and the singleton of one node, which start at once over three voters whose controller is gone. Messages
/// are reordered, lost and doubled, as the seed says. The standby that resigns ends; the singleton that resigns begins
/// anew as long as no standby serves.
/// </summary>
internal sealed class TwoCandidates
{
    private static readonly NodeId Node = new(2);
    private static readonly NodeId[] Ids = [new(1), new(2), new(3)];

    private readonly Random _random;
    private readonly Dictionary<NodeId, VoterState> _voters = [];
    private readonly List<(NodeId To, IRequest Request)> _requests = [];
    private readonly List<IReply> _replies = [];
    private readonly Dictionary<int, ControllerQuorum> _served = [];
    private readonly Dictionary<MetadataOffset, int> _committed = [];
    private readonly ControllerQuorum _standby;
    private ControllerQuorum _singleton;
    private int _incarnations;

    public TwoCandidates(int seed, QuorumRules rules)
    {
        _random = new Random(seed);
        foreach (NodeId id in Ids)
            _voters[id] = new VoterState(
                new Voter(id, ImageBuilder.Directory(id.Value)), Promise.None, null, [], 1000, rules);
        ControllerQuorum former = NewCandidate(new NodeId(1), Ids);
        Carry(former, former.Start());
        for (int i = 0; i < 20; i++) DeliverAll([former]);
        _standby = NewCandidate(Node, []);
        _singleton = NewCandidate(Node, []);
    }

    /// <summary>The epochs that two candidates served.</summary>
    public List<int> SharedEpochs { get; } = [];

    /// <summary>The offsets at which two candidates committed entries of different epochs.</summary>
    public List<MetadataOffset> TwiceCommitted { get; } = [];

    public int Serving => Candidates.Count(candidate => candidate.Phase == QuorumPhase.Serving);

    private ControllerQuorum[] Candidates => [_standby, _singleton];

    public void Run(int steps)
    {
        foreach (ControllerQuorum candidate in Candidates) Carry(candidate, candidate.Start());
        for (int i = 0; i < steps; i++) Step();
    }

    /// <summary>Nothing is lost any more, and time goes on.</summary>
    public void Calm(int rounds)
    {
        for (int i = 0; i < rounds; i++)
        {
            TickAll();
            for (int j = 0; j < 8; j++) DeliverAll(Candidates);
        }
    }

    private void Step()
    {
        switch (_random.Next(12))
        {
            case 0: Tick(_standby); break;
            case 1: Tick(_singleton); break;
            case 2: Propose(Candidates[_random.Next(2)]); break;
            case 3 or 4 or 5 or 6: DeliverRequest(_random.Next(Math.Max(_requests.Count, 1))); break;
            default: DeliverReply(_random.Next(Math.Max(_replies.Count, 1)), Candidates); break;
        }

        BeginAnew();
    }

    private void TickAll()
    {
        foreach (ControllerQuorum candidate in Candidates) Tick(candidate);
        BeginAnew();
    }

    // Whether a standby serves the singleton hears from it; here it knows.
    private void Tick(ControllerQuorum candidate)
    {
        bool isWaiting = candidate == _singleton && candidate.Phase != QuorumPhase.Serving
            && _standby.Phase == QuorumPhase.Serving;
        if (!isWaiting) Carry(candidate, candidate.Tick());
    }

    private void BeginAnew()
    {
        if (_singleton.Phase == QuorumPhase.Resigned) _singleton = NewCandidate(Node, []);
    }

    private void Propose(ControllerQuorum candidate) => Carry(
        candidate,
        candidate.Propose(
            [new MetadataEvent.ControllerStarted(Node, candidate.Self.Epoch)], candidate.LastOffset, out _));

    private ControllerQuorum NewCandidate(NodeId node, NodeId[] initialVoters)
    {
        var incarnation = new Guid(++_incarnations, 0, 0, new byte[8]);
        var candidate = new ControllerQuorum(
            new ControllerQuorumSettings(node, incarnation, [.. initialVoters], "cluster", 1000));
        candidate.Know(Ids);
        return candidate;
    }

    private void DeliverAll(ControllerQuorum[] candidates)
    {
        for (int count = _requests.Count; count > 0; count--) Handle(Take(_requests, 0));
        for (int count = _replies.Count; count > 0; count--) Handle(Take(_replies, 0), candidates);
    }

    private void DeliverRequest(int index)
    {
        if (_requests.Count == 0) return;
        (NodeId, IRequest) message = _random.Next(8) == 0 ? _requests[index] : Take(_requests, index);
        if (_random.Next(10) > 0) Handle(message);
    }

    private void DeliverReply(int index, ControllerQuorum[] candidates)
    {
        if (_replies.Count == 0) return;
        IReply message = _random.Next(8) == 0 ? _replies[index] : Take(_replies, index);
        if (_random.Next(10) > 0) Handle(message, candidates);
    }

    private void Handle((NodeId To, IRequest Request) message)
    {
        foreach (VoterEffect effect in _voters[message.To].Handle(message.Request))
            if (effect is VoterEffect.Reply reply) _replies.Add(reply.Message);
    }

    private void Handle(IReply reply, ControllerQuorum[] candidates)
    {
        foreach (ControllerQuorum candidate in candidates)
            if (reply.Asker.Incarnation == candidate.Self.Incarnation) Carry(candidate, candidate.Handle(reply));
    }

    private void Carry(ControllerQuorum candidate, IReadOnlyList<QuorumEffect> effects)
    {
        foreach (QuorumEffect effect in effects)
            switch (effect)
            {
                case QuorumEffect.Send send: _requests.Add((send.To, send.Message)); break;
                case QuorumEffect.Serving serving: OnServing(candidate, serving.Epoch); break;
                case QuorumEffect.Committed committed: OnCommitted(committed.Entries); break;
            }
    }

    private void OnServing(ControllerQuorum candidate, int epoch)
    {
        if (!_served.TryAdd(epoch, candidate) && _served[epoch] != candidate) SharedEpochs.Add(epoch);
    }

    private void OnCommitted(IEnumerable<MetadataEntry> entries)
    {
        foreach (MetadataEntry entry in entries)
            if (!_committed.TryAdd(entry.Offset, entry.Epoch) && _committed[entry.Offset] != entry.Epoch)
                TwiceCommitted.Add(entry.Offset);
    }

    private static T Take<T>(List<T> messages, int index)
    {
        T taken = messages[index];
        messages.RemoveAt(index);
        return taken;
    }
}
