using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Quorum.QuorumProtocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// A controller's hold on the metadata log: Raft's rules, with the election replaced by whoever starts it. It asks the
/// voters where they stand, asks for promises under an epoch above all it saw, adopts the most complete log among the
/// promisers, commits an entry of its own epoch, and only then serves (see <see cref="QuorumPhase"/>; from the
/// adoption on the log is a <see cref="LeadingLog"/>). Who is a voter is what the most complete log says, never what a
/// node or its configuration believes. Pure: inputs give effects; a tick is the only clock.
/// The single voter of a single node goes the same way.
/// </summary>
public sealed class ControllerQuorum
{
    /// <summary>More entries wait for the next message.</summary>
    public const int MaxEntriesInMessage = 64;

    private const int TicksToAdopt = 20;

    private readonly ControllerQuorumSettings _settings;
    private readonly QuorumRules _rules;
    private readonly Ballot _ballot;
    private readonly HashSet<NodeId> _known = [];
    private List<QuorumEffect> _effects = [];
    private ImmutableArray<Voter> _voters = [];
    private LogPosition _votersAt = LogPosition.Empty;
    private ImmutableArray<Voter> _founders = [];
    private string _clusterId = "";
    private LogAdoption? _adoption;
    private LeadingLog? _leading;
    private long _ticks;
    private long _progressAt;
    private long _ledAt;

    public ControllerQuorum(ControllerQuorumSettings settings)
        : this(settings, QuorumRules.Correct)
    {
    }

    internal ControllerQuorum(ControllerQuorumSettings settings, QuorumRules rules)
    {
        _settings = settings;
        _rules = rules;
        _ballot = new Ballot(settings.Node, rules);
        Self = new Promise(0, settings.Node, settings.Incarnation);
    }

    /// <summary>The promise this controller asks for; its epoch is 0 while it has not chosen one.</summary>
    public Promise Self { get; private set; }

    public QuorumPhase Phase { get; private set; } = QuorumPhase.Querying;

    public MetadataOffset LastOffset => (_leading?.Last ?? LogPosition.Empty).Offset;

    public MetadataOffset CommittedOffset => CommittedImage.Offset;

    /// <summary>The image as of the last entry appended; the next decision is computed from it.</summary>
    public MetadataImage Image => _leading?.Image ?? MetadataImage.Empty;

    public MetadataImage CommittedImage => _leading?.CommittedImage ?? MetadataImage.Empty;

    /// <summary>The voter set in force: that of the last entry that names one.</summary>
    public ImmutableArray<Voter> Voters => _leading?.Voters ?? [];

    /// <summary>Whether the last change of the voters is not committed yet.</summary>
    public bool IsChangingVoters => _leading is { IsChangingVoters: true };

    /// <summary>Every node that the log is sent to, voters first; none before this controller leads.</summary>
    public IEnumerable<QuorumMember> Members => _leading?.Members ?? [];

    /// <summary>
    /// The cluster whose log is lost: every voter that is known of answered, belongs to it, and has no log. Null while
    /// that is not so.
    /// </summary>
    public string? LostCluster => Phase == QuorumPhase.Querying ? _ballot.LostCluster(Known()) : null;

    /// <summary>What a candidate waits for, as a sentence for a person; null once it leads.</summary>
    public string? Obstacle => Phase switch
    {
        QuorumPhase.Querying or QuorumPhase.Promising =>
            $"A majority of the voters is missing: {string.Join("; ", _ballot.Missing(Known()))}.",
        QuorumPhase.Adopting => $"The metadata log is being read from node {_adoption!.Source}.",
        _ => null,
    };

    /// <summary>
    /// Ticks since a majority last answered, requests of the window before alone; the owner gives up after too many. A
    /// tick is a time that the owner was awake to see pass: what it slept through is no silence of others.
    /// </summary>
    public long TicksWithoutMajority => IsLeading ? _ticks - _leading!.MajorityHeardAt : _ticks - _progressAt;

    private bool IsLeading => Phase is QuorumPhase.Committing or QuorumPhase.Serving;

    public IReadOnlyList<QuorumEffect> Start() => Run(AskAround);

    /// <summary>
    /// Nodes that may be voters: a candidate asks them, and their logs say who counts; who leads sends them its log.
    /// </summary>
    public void Know(IEnumerable<NodeId> nodes) => _known.UnionWith(nodes);

    /// <returns>What is committed from the offset on; null when that begins in what a snapshot stands for.</returns>
    public ImmutableArray<MetadataEntry>? CommittedFrom(MetadataOffset offset) =>
        _leading is null ? [] : _leading.CommittedFrom(offset);

    /// <summary>Repeats what was not answered, and shows the voters that the controller lives.</summary>
    public IReadOnlyList<QuorumEffect> Tick() => Run(OnTick);

    public IReadOnlyList<QuorumEffect> Handle(IReply reply) => Run(() => OnReply(reply));

    /// <summary>Gives up: for a failed disk, a lost majority, or because the owner stops.</summary>
    public IReadOnlyList<QuorumEffect> Resign(string reason) => Run(() => Leave(reason));

    /// <summary>
    /// Why a controller that leads has to give up after so many ticks of silence; null while it has not. A single voter
    /// waits for its disk: nobody else could do better.
    /// </summary>
    public string? LossAfter(long ticks)
    {
        if (!IsLeading) return null;
        if (_ticks - _leading!.MajorityHeardAt > ticks) return "the controller has no majority of the voters";
        bool hasOthers = _leading.Voters.Any(voter => voter.Node != _settings.Node);
        return hasOthers && _leading.OwnDiskTicks > ticks
            ? "the disk of this node's metadata log makes no progress; another voter takes over"
            : null;
    }

    /// <summary>
    /// Appends events to the log. They count when a <see cref="QuorumEffect.Committed"/> names their offset; after a
    /// <see cref="QuorumEffect.Resigned"/> their outcome is unknown.
    /// </summary>
    /// <param name="expected">The offset of the image the events were computed from.</param>
    /// <param name="offset">Where they are; none when refused: not serving, or computed from something older.</param>
    public IReadOnlyList<QuorumEffect> Propose(
        ImmutableArray<MetadataEvent> events, MetadataOffset expected, out MetadataOffset offset)
    {
        offset = MetadataOffset.None;
        if (Phase != QuorumPhase.Serving || expected != LastOffset || !AreVotersAllowed(events)) return [];
        offset = LastOffset.Next();
        return Run(() => _leading!.Append(events));
    }

    /// <summary>
    /// Whoever read the image before this call was answered by the serving controller of that time, once
    /// <see cref="ConfirmedRound"/> has reached the round: nobody else can have committed anything in between.
    /// </summary>
    public IReadOnlyList<QuorumEffect> Confirm(out long round)
    {
        long begun = long.MaxValue;
        List<QuorumEffect> effects = Run(() => begun = IsLeading ? _leading!.Confirm() : long.MaxValue);
        round = begun;
        return effects;
    }

    /// <summary>The last round in which a majority of the voters still followed this controller.</summary>
    public long ConfirmedRound => _leading?.ConfirmedRound ?? QuorumProtocol.NoRound;

    /// <summary>Why the voters may not become these now; null when a proposal of it is taken.</summary>
    public string? RefusalOf(ImmutableArray<Voter> voters) => Phase == QuorumPhase.Serving
        ? _leading!.Refusal(voters)
        : "This node does not serve as controller.";

    /// <summary>Follows a node that is no voter yet, so that it catches up and can be made one.</summary>
    public IReadOnlyList<QuorumEffect> Observe(NodeId node) => Run(() =>
    {
        if (IsLeading) _leading!.Observe(node);
    });

    /// <summary>The directory that answers on the node, once it holds all that is committed; otherwise null.</summary>
    public Voter? CaughtUp(NodeId node) => _leading?.CaughtUp(node);

    private List<QuorumEffect> Run(Action step)
    {
        if (Phase == QuorumPhase.Resigned) return [];
        _effects = [];
        step();
        return _effects;
    }

    private void OnTick()
    {
        _ticks++;
        switch (Phase)
        {
            case QuorumPhase.Querying: AskAround(); break;
            case QuorumPhase.Promising: AskAgain(); break;
            case QuorumPhase.Adopting: FetchMore(); break;
            case QuorumPhase.Committing or QuorumPhase.Serving: Lead(_leading!); break;
        }
    }

    private void Lead(LeadingLog log)
    {
        foreach (NodeId node in _known) log.Observe(node);
        log.Beat(_ticks);
    }

    private void OnReply(IReply reply)
    {
        if (reply.Asker != Self) return;
        switch (reply)
        {
            case Status status when Phase == QuorumPhase.Querying: OnStatus(status); break;
            case PromiseAnswered answer when Phase == QuorumPhase.Promising: OnPromise(answer); break;
            case LogFetched fetched when Phase == QuorumPhase.Adopting: OnFetched(fetched); break;
            case Appended appended when IsLeading: OnAppended(appended); break;
        }
    }

    private void AskAround()
    {
        Phase = QuorumPhase.Querying;
        foreach (NodeId node in Known()) Send(node, new Query(Self));
    }

    private IEnumerable<NodeId> Known() => _settings.InitialVoters.Concat(_known)
        .Concat(_ballot.Standings.SelectMany(at => at.Voters).Select(voter => voter.Node)).Distinct().Order();

    private void OnStatus(Status status)
    {
        NodeId[] known = [.. Known()];
        _ballot.Add(status);
        if (status.IsLed) _ledAt = _ticks;
        foreach (NodeId node in Known().Except(known)) Send(node, new Query(Self));
        if (!_ballot.Voters.IsEmpty)
        {
            if (!_ballot.IsMajorityOf(_ballot.Voters)) return;
            if (_ballot.IsOutsider && _ticks - _ledAt < _settings.Window) return;
            _founders = [];
        }
        else if (_ballot.Founders(_settings.InitialVoters) is { } founders)
        {
            _founders = founders;
        }
        else
        {
            return;
        }

        Self = Self with { Epoch = Math.Max(_ballot.HighestEpoch, Self.Epoch) + 1 };
        _voters = _founders.IsEmpty ? _ballot.Voters : _founders;
        _votersAt = _ballot.Best?.Last ?? LogPosition.Empty;
        _clusterId = _ballot.Standings.Select(standing => standing.ClusterId).FirstOrDefault(id => id.Length > 0) ?? "";
        _ballot.BeginPromises();
        Phase = QuorumPhase.Promising;
        AskForPromises();
    }

    private void AskForPromises()
    {
        foreach (Voter voter in _voters)
            if (!_ballot.Has(voter.Node)) Send(voter.Node, new RequestPromise(Self, _clusterId, _voters));
    }

    /// <summary>After some ticks without a majority the voters may have gone elsewhere: look again.</summary>
    private void AskAgain()
    {
        if (TicksWithoutMajority % 4 == 0) AskFromTheStart();
        else AskForPromises();
    }

    private void AskFromTheStart()
    {
        _ballot.Clear();
        Phase = QuorumPhase.Querying;
    }

    private void OnPromise(PromiseAnswered answer)
    {
        if (!answer.IsGranted)
        {
            // Someone asked under an epoch as high. Not at once, so that two candidates do not chase each other.
            if (answer.Standing.Promised.Epoch >= Self.Epoch) AskFromTheStart();
            return;
        }

        _ballot.Add(answer.Standing);
        ImmutableArray<Voter> voters = _ballot.Voters;
        // A majority is not enough to begin a log: what the others said before they promised may be out of date.
        if (voters.IsEmpty && !HaveAllFoundersPromised()) return;
        if (!_ballot.IsMajorityOf(voters.IsEmpty ? _voters : voters))
        {
            AskNewVoters();
            return;
        }

        _progressAt = _ticks;
        if (_ballot.Best is not { } best)
        {
            BeginToLead(new MetadataLog(null, []));
            return;
        }

        _adoption = new LogAdoption(Self, _ballot.Own, best);
        Phase = QuorumPhase.Adopting;
        FetchMore();
    }

    /// <summary>The set may have changed since the voters were asked where they stand.</summary>
    private void AskNewVoters()
    {
        if (_ballot.Best is not { } best || best.Last <= _votersAt || best.Voters.SequenceEqual(_voters)) return;
        (_voters, _votersAt) = (best.Voters, best.Last);
        AskForPromises();
    }

    private bool HaveAllFoundersPromised() =>
        _ballot.Founders(_settings.InitialVoters) is { } promised && promised.SequenceEqual(_founders);

    private void FetchMore()
    {
        if (TicksWithoutMajority > TicksToAdopt) AskFromTheStart();
        else Send(_adoption!.Source, _adoption.Request);
    }

    private void OnFetched(LogFetched fetched)
    {
        if (!_adoption!.Take(fetched)) return;
        _progressAt = _ticks;
        if (_adoption.IsOvertaken) AskFromTheStart();
        else if (_adoption.IsComplete) BeginToLead(_adoption.Log);
        else FetchMore();
    }

    private void BeginToLead(MetadataLog adopted)
    {
        Phase = QuorumPhase.Committing;
        _leading = new LeadingLog(_settings, _rules, Self, adopted, _ticks, effect => _effects.Add(effect));
        _leading.Begin(_founders);
    }

    private void OnAppended(Appended appended)
    {
        string? over = _leading!.OnAppended(appended);
        if (_leading.IsServing) Phase = QuorumPhase.Serving;
        if (over is not null) Leave(over);
    }

    private bool AreVotersAllowed(ImmutableArray<MetadataEvent> events)
    {
        if (events.OfType<MetadataEvent.ClusterFormed>().Any()) return false;
        return events.OfType<MetadataEvent.VotersChanged>().SingleOrDefault() is not { } change
            || _leading!.Refusal(change.Voters) is null;
    }

    private void Leave(string reason)
    {
        Phase = QuorumPhase.Resigned;
        _effects.Add(new QuorumEffect.Resigned(reason));
    }

    private void Send(NodeId to, IRequest request) => _effects.Add(new QuorumEffect.Send(to, request));
}
