using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;
using static KafkaActors.Coordination.Quorum.QuorumProtocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// A controller's hold on the metadata log: Raft's rules, with the election replaced by whoever starts it. It asks the
/// voters where they stand, asks for promises under an epoch above all it saw, adopts the most complete log among the
/// promisers, commits an entry of its own epoch, and only then serves (see <see cref="QuorumPhase"/>). An entry is
/// committed once a majority of the voter set has it on disk. Pure: inputs give effects; a tick is the only clock.
/// The single voter of a single node goes the same way.
/// </summary>
public sealed class ControllerQuorum
{
    /// <summary>More entries wait for the next message.</summary>
    public const int MaxEntriesInMessage = 64;

    private readonly ControllerQuorumSettings _settings;
    private readonly QuorumRules _rules;
    private readonly Ballot _ballot;
    private readonly Followers _followers;
    private readonly HashSet<NodeId> _known = [];
    private List<QuorumEffect> _effects = [];
    private MetadataLog _log = new(null, []);
    private ImmutableArray<Voter> _voters = [];
    private ImmutableArray<Voter> _founders = [];
    private string _clusterId = "";
    private NodeId _source = NodeId.None;
    private LogPosition _sourceLast;
    private long _ticks;
    private long _progressAt;

    public ControllerQuorum(ControllerQuorumSettings settings)
        : this(settings, QuorumRules.Correct)
    {
    }

    internal ControllerQuorum(ControllerQuorumSettings settings, QuorumRules rules)
    {
        _settings = settings;
        _rules = rules;
        _ballot = new Ballot(rules);
        _followers = new Followers(rules);
        Self = new Promise(0, settings.Node, settings.Incarnation);
    }

    /// <summary>The promise this controller asks for; its epoch is 0 while it has not chosen one.</summary>
    public Promise Self { get; private set; }

    public QuorumPhase Phase { get; private set; } = QuorumPhase.Querying;

    public MetadataOffset LastOffset => _log.Last.Offset;

    public MetadataOffset CommittedOffset => CommittedImage.Offset;

    /// <summary>The image as of the last entry appended; the next decision is computed from it.</summary>
    public MetadataImage Image { get; private set; } = MetadataImage.Empty;

    public MetadataImage CommittedImage { get; private set; } = MetadataImage.Empty;

    /// <summary>The voter set in force: that of the last entry that names one.</summary>
    public ImmutableArray<Voter> Voters => _log.Voters;

    /// <summary>
    /// The cluster whose log is lost: every voter that is known of answered, belongs to it, and has no log. Null while
    /// that is not so.
    /// </summary>
    public string? LostCluster => Phase == QuorumPhase.Querying ? _ballot.LostCluster(Known()) : null;

    /// <summary>
    /// Ticks since a majority last answered, requests of the window before alone; the owner gives up after too many. A
    /// tick is a time that the owner was awake to see pass: what it slept through is no silence of others.
    /// </summary>
    public long TicksWithoutMajority => Phase is QuorumPhase.Committing or QuorumPhase.Serving
        ? _ticks - _followers.MajorityHeardAt(_settings.Node, _ticks, _log.Voters)
        : _ticks - _progressAt;

    public IReadOnlyList<QuorumEffect> Start() => Run(AskAround);

    /// <summary>Nodes that may be voters: they are asked, and their logs say who counts.</summary>
    public void Know(IEnumerable<NodeId> nodes) => _known.UnionWith(nodes);

    /// <returns>What is committed from the offset on; null when that begins in what a snapshot stands for.</returns>
    public ImmutableArray<MetadataEntry>? CommittedFrom(MetadataOffset offset) => offset <= _log.Start.Offset
        ? null
        : _log.From(offset, (int)Math.Max(CommittedOffset.Value - offset.Value + 1, 0));

    /// <summary>Repeats what was not answered, and shows the voters that the controller lives.</summary>
    public IReadOnlyList<QuorumEffect> Tick() => Run(OnTick);

    public IReadOnlyList<QuorumEffect> Handle(IReply reply) => Run(() => OnReply(reply));

    /// <summary>Gives up: for a failed disk, a lost majority, or because the owner stops.</summary>
    public IReadOnlyList<QuorumEffect> Resign(string reason) => Run(() => Leave(reason));

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
        return Run(() => AppendOwn(events));
    }

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
            case QuorumPhase.Committing or QuorumPhase.Serving: Beat(); break;
        }
    }

    private void OnReply(IReply reply)
    {
        if (reply.Asker != Self) return;
        switch (reply)
        {
            case Status status when Phase == QuorumPhase.Querying: OnStatus(status); break;
            case PromiseAnswered answer when Phase == QuorumPhase.Promising: OnPromise(answer); break;
            case LogFetched fetched when Phase == QuorumPhase.Adopting: OnFetched(fetched); break;
            case Appended appended when Phase is QuorumPhase.Committing or QuorumPhase.Serving:
                OnAppended(appended);
                break;
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
        foreach (NodeId node in Known().Except(known)) Send(node, new Query(Self));
        if (_ballot.Best(_settings.Node) is { } best)
        {
            if (!_ballot.IsMajorityOf(best.Voters)) return;
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
        _voters = _founders.IsEmpty ? _ballot.Best(_settings.Node)!.Voters : _founders;
        _clusterId = _ballot.Standings.Select(standing => standing.ClusterId).FirstOrDefault(id => id.Length > 0) ?? "";
        _ballot.Clear();
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
        Status? best = _ballot.Best(_settings.Node);
        // A majority is not enough to begin a log: what the others said before they promised may be out of date.
        if (best is null && !HaveAllFoundersPromised()) return;
        if (!_ballot.IsMajorityOf(best?.Voters ?? _voters)) return;
        _progressAt = _ticks;
        _log = new MetadataLog(null, []);
        if (best is null)
        {
            Lead();
            return;
        }

        _source = best.From.Node;
        _sourceLast = best.Last;
        Phase = QuorumPhase.Adopting;
        FetchMore();
    }

    private bool HaveAllFoundersPromised() =>
        _ballot.Founders(_settings.InitialVoters) is { } promised && promised.SequenceEqual(_founders);

    private void FetchMore()
    {
        if (TicksWithoutMajority > 20) AskFromTheStart();
        else Send(_source, new FetchLog(Self, _log.Last.Offset.Next()));
    }

    private void OnFetched(LogFetched fetched)
    {
        if (fetched.From.Node != _source || fetched.Requested != _log.Last.Offset.Next()) return;
        if (fetched.Snapshot is { } snapshot) _log = new MetadataLog(snapshot, []);
        foreach (MetadataEntry entry in fetched.Entries) _log.Append(entry);
        _progressAt = _ticks;
        if (_log.Last >= _sourceLast) Lead();
        else if (fetched.Snapshot is not null || !fetched.Entries.IsEmpty) FetchMore();
    }

    /// <summary>From here on the log only grows, until this controller is over.</summary>
    private void Lead()
    {
        Phase = QuorumPhase.Committing;
        Image = CommittedImage = _log.Snapshot?.ToImage() ?? MetadataImage.Empty;
        foreach (MetadataEntry entry in _log.From(_log.Start.Offset.Next(), int.MaxValue)) Image = Image.Apply(entry);
        _clusterId = Image.IsFormed ? Image.ClusterId : _settings.NewClusterId;
        var started = new ControllerStarted(_settings.Node, Self.Epoch);
        AppendOwn(Image.IsFormed ? [started] : [new ClusterFormed(_clusterId, _founders), started]);
    }

    private void AppendOwn(ImmutableArray<MetadataEvent> events)
    {
        LogPosition before = _log.Last;
        var entry = new MetadataEntry(before.Offset.Next(), Self.Epoch, events);
        Image = Image.Apply(entry);
        _log.Append(entry);
        foreach (Voter voter in _log.Voters) _followers.TryAdd(voter.Node, before, _ticks);
        foreach ((NodeId node, PeerProgress peer) in _followers.All)
            if (!peer.IsWaiting) Replicate(node, peer);
    }

    /// <summary>Follows a node that is no voter yet, so that it catches up and can be made one.</summary>
    public IReadOnlyList<QuorumEffect> Observe(NodeId node) => Run(() =>
    {
        if (Phase is not (QuorumPhase.Committing or QuorumPhase.Serving)) return;
        if (_followers.TryAdd(node, _log.Last, _ticks)) Replicate(node, _followers.Of(node)!);
    });

    /// <summary>The directory that answers on the node, once it holds all that is committed; otherwise null.</summary>
    public Voter? CaughtUp(NodeId node) => _followers.CaughtUp(node, CommittedOffset);

    private void Beat()
    {
        foreach ((NodeId node, PeerProgress peer) in _followers.All) Replicate(node, peer);
    }

    private void Replicate(NodeId node, PeerProgress peer)
    {
        peer.OnSent(_ticks);
        if (peer.Previous.Offset < _log.Start.Offset)
        {
            Send(node, new InstallSnapshot(Self, _clusterId, _log.Snapshot!));
            return;
        }

        ImmutableArray<MetadataEntry> entries = _log.From(peer.Previous.Offset.Next(), _rules.EntriesInMessage);
        ImmutableArray<Remembered> memories = _followers.Memories(Self.Epoch);
        Send(node, new Append(Self, _clusterId, peer.Previous, entries, CommittedOffset, memories));
    }

    private void OnAppended(Appended appended)
    {
        if (_followers.Of(appended.From.Node) is not { } peer) return;
        if (appended.Promised != Self)
        {
            Promise other = appended.Promised;
            if (other.Epoch >= Self.Epoch)
                Leave($"Voter {appended.From.Node} follows epoch {other.Epoch} of {other.Candidate}.");
            return;
        }

        peer.OnAnswered(_ticks, _settings.Window);
        if (appended.IsMatch)
        {
            peer.OnMatch(appended.From, appended.Position);
            peer.IsWaiting = false;
            Commit();
        }
        else if (appended.Previous == peer.Previous)
        {
            peer.OnMismatch(appended.From, CommonGround(appended.Position));
            peer.IsWaiting = false;
        }

        if (Phase != QuorumPhase.Resigned && !peer.IsWaiting && peer.Previous < _log.Last)
            Replicate(appended.From.Node, peer);
    }

    /// <summary>The last place where the two logs may agree, seen from here.</summary>
    private LogPosition CommonGround(LogPosition theirs) =>
        theirs.Offset < _log.Start.Offset ? LogPosition.Empty : _log.LastNotBeyond(theirs);

    private void Commit()
    {
        (MetadataOffset before, MetadataOffset majority) = (CommittedOffset, _followers.MajorityOffset(_log.Voters));
        if (majority <= before) return;
        if (_log.EpochAt(majority) != Self.Epoch && !_rules.CommitsEarlierEpochs) return;
        ImmutableArray<MetadataEntry> entries = _log.From(before.Next(), (int)(majority.Value - before.Value));
        foreach (MetadataEntry entry in entries) CommittedImage = CommittedImage.Apply(entry);
        _effects.Add(new QuorumEffect.Committed(entries));
        if (Phase == QuorumPhase.Committing)
        {
            Phase = QuorumPhase.Serving;
            _effects.Add(new QuorumEffect.Serving(Self.Epoch));
        }

        Compact();
        if (entries.Any(RemovesThisNode)) Leave("This controller's node is no voter any more.");
    }

    /// <summary>Only what this controller proposed: the log may tell of a time when the node was no voter.</summary>
    private bool RemovesThisNode(MetadataEntry entry) => entry.Epoch == Self.Epoch
        && MetadataLog.VotersOf(entry) is { } voters && voters.All(voter => voter.Node != _settings.Node);

    private void Compact()
    {
        if (CommittedOffset.Value - _log.Start.Offset.Value < _settings.SnapshotEvery) return;
        var last = new LogPosition(_log.EpochAt(CommittedOffset)!.Value, CommittedOffset);
        _log.Install(LogSnapshot.Of(CommittedImage, last));
    }

    /// <summary>One voter at a time, after the last change is committed; only a directory that has caught up.</summary>
    private bool AreVotersAllowed(ImmutableArray<MetadataEvent> events)
    {
        if (events.OfType<ClusterFormed>().Any()) return false;
        if (events.OfType<VotersChanged>().SingleOrDefault() is not { } change) return true;
        if (!_log.Voters.SequenceEqual(CommittedImage.Voters)) return false;
        Voter[] added = [.. change.Voters.Except(_log.Voters)];
        Voter[] removed = [.. _log.Voters.Except(change.Voters)];
        bool isOne = added.Length + removed.Length == 1 && !change.Voters.IsEmpty
            && change.Voters.DistinctBy(voter => voter.Node).Count() == change.Voters.Length;
        return isOne && added.All(voter => CaughtUp(voter.Node) == voter);
    }

    private void Leave(string reason)
    {
        Phase = QuorumPhase.Resigned;
        _effects.Add(new QuorumEffect.Resigned(reason));
    }

    private void Send(NodeId to, IRequest request) => _effects.Add(new QuorumEffect.Send(to, request));
}
