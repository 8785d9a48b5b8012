using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;
using static KafkaActors.Coordination.Quorum.QuorumProtocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// The log of a controller that a majority has promised to follow: it only grows, goes to every voter and observer, and
/// what a majority of the voter set in force has on disk is committed, once an entry of the controller's own epoch is
/// among it. Owned by one <see cref="ControllerQuorum"/>, from the adoption until the controller is over.
/// </summary>
internal sealed class LeadingLog
{
    // A snapshot can take seconds on its way; sent with every tick it would stand in its own way.
    private const int TicksBetweenSnapshots = 8;

    // A node that is silent for longer does not become a voter: it could be gone for good.
    private const int LiveTicks = 8;

    private readonly ControllerQuorumSettings _settings;
    private readonly QuorumRules _rules;
    private readonly Promise _self;
    private readonly Followers _followers;
    private readonly MetadataLog _log;
    private readonly string _clusterId;
    private readonly Action<QuorumEffect> _emit;
    private (Voter Sole, MetadataOffset At)? _widening;
    private long _tick;
    private long _round;
    private bool _isNextRoundWanted;

    public LeadingLog(
        ControllerQuorumSettings settings,
        QuorumRules rules,
        Promise self,
        MetadataLog adopted,
        long tick,
        Action<QuorumEffect> emit)
    {
        _settings = settings;
        _rules = rules;
        _self = self;
        _followers = new Followers(rules);
        _log = adopted;
        _tick = tick;
        _emit = emit;
        Image = CommittedImage = _log.Snapshot?.ToImage() ?? MetadataImage.Empty;
        foreach (MetadataEntry entry in _log.From(_log.Start.Offset.Next(), int.MaxValue)) Image = Image.Apply(entry);
        _clusterId = Image.IsFormed ? Image.ClusterId : settings.NewClusterId;
    }

    public LogPosition Last => _log.Last;

    public ImmutableArray<Voter> Voters => _log.Voters;

    /// <summary>As of the last entry.</summary>
    public MetadataImage Image { get; private set; }

    public MetadataImage CommittedImage { get; private set; }

    public MetadataOffset CommittedOffset => CommittedImage.Offset;

    // Until the single voter has the wider set on its disk, it could decide alone, and so nobody else may.
    private ImmutableArray<Voter> Deciders => _widening is { } widening ? [widening.Sole] : _log.Voters;

    private LogPosition Committed => new(_log.EpochAt(CommittedOffset)!.Value, CommittedOffset);

    /// <summary>Whether an entry of the own epoch is committed.</summary>
    public bool IsServing { get; private set; }

    /// <summary>Whether the last change of the voters is not committed yet.</summary>
    public bool IsChangingVoters => !_log.Voters.SequenceEqual(CommittedImage.Voters);

    public long MajorityHeardAt => _followers.MajorityHeardAt(_settings.Node, _tick, Deciders);

    /// <summary>
    /// For how many ticks the own voter has left a request unanswered: it is in the same process, so its disk stands
    /// still.
    /// </summary>
    public long OwnDiskTicks => _followers.Of(_settings.Node) is { UnansweredSince: { } since } ? _tick - since : 0;

    /// <summary>Voters first, by node.</summary>
    public IEnumerable<QuorumMember> Members => _followers.All.Select(Member)
        .OrderByDescending(member => member.IsVoter).ThenBy(member => member.Node);

    /// <summary>The controller's first entry; it founds the cluster where there is none.</summary>
    public void Begin(ImmutableArray<Voter> founders)
    {
        var started = new ControllerStarted(_settings.Node, _self.Epoch);
        Append(Image.IsFormed ? [started] : [new ClusterFormed(_clusterId, founders), started]);
    }

    public void Append(ImmutableArray<MetadataEvent> events)
    {
        LogPosition before = _log.Last;
        ImmutableArray<Voter> voters = _log.Voters;
        var entry = new MetadataEntry(before.Offset.Next(), _self.Epoch, events);
        Image = Image.Apply(entry);
        _log.Append(entry);
        if (!_rules.WidensInAnyOrder && new VoterSetChange(voters, _log.Voters).IsWidening(out Voter? sole))
            _widening = (sole.Value, entry.Offset);
        foreach (Voter voter in _log.Voters) _followers.TryAdd(voter.Node, before, _tick);
        ReplicateToIdle();
    }

    /// <summary>Follows a node that is no voter.</summary>
    public void Observe(NodeId node)
    {
        if (_followers.TryAdd(node, _log.Last, _tick)) Replicate(node, _followers.Of(node)!);
    }

    public Voter? CaughtUp(NodeId node) => _followers.CaughtUp(node, CommittedOffset, _tick - LiveTicks);

    /// <returns>Why the voters may not become these now; null when they may.</returns>
    public string? Refusal(ImmutableArray<Voter> voters)
    {
        if (IsChangingVoters) return "The last change of the voters is not committed yet.";
        var change = new VoterSetChange(_log.Voters, voters);
        if (change.Fault() is { } fault) return fault;
        foreach (Voter added in change.Added)
            if (CaughtUp(added.Node) != added)
                return $"Node {added.Node} with directory {added.Directory} has not caught up with the metadata log.";
        long since = _tick - _settings.Window;
        if (_followers.IsMajorityHeardSince(since, voters)) return null;
        string unheard = string.Join(", ", _followers.Unheard(since, voters).Select(voter => voter.Node));
        return $"It could not be committed: of the voters that there would be, {unheard} cannot be heard.";
    }

    public void Beat(long tick)
    {
        _tick = tick;
        BeginRound();
    }

    /// <summary>The last round in which a majority still followed this controller.</summary>
    public long ConfirmedRound => _followers.MajorityRound(Deciders);

    /// <summary>
    /// Asks the voters whether they still follow: once the round is confirmed, they did after this call. One round is
    /// under way at a time; whoever asks meanwhile shares the next.
    /// </summary>
    public long Confirm()
    {
        if (ConfirmedRound < _round)
        {
            _isNextRoundWanted = true;
            return _round + 1;
        }

        BeginRound();
        return _round;
    }

    private void BeginRound()
    {
        _round++;
        _isNextRoundWanted = false;
        foreach ((NodeId node, PeerProgress peer) in _followers.All) Replicate(node, peer);
    }

    /// <returns>Why the controller is over; null when it is not.</returns>
    public string? OnAppended(Appended appended)
    {
        if (_followers.Of(appended.From.Node) is not { } peer) return null;
        if (appended.Promised != _self)
        {
            Promise other = appended.Promised;
            return other.Epoch >= _self.Epoch
                ? $"Voter {appended.From.Node} follows epoch {other.Epoch} of {other.Candidate}."
                : null;
        }

        peer.OnAnswered(appended.From, appended.Round, _tick, _settings.Window);
        if (_isNextRoundWanted && ConfirmedRound >= _round) BeginRound();
        string? over = null;
        if (appended.IsMatch)
        {
            peer.OnMatch(appended.Position);
            peer.IsWaiting = false;
            if (peer.Matched.Offset >= _log.Last.Offset) peer.CaughtUpAt = _tick;
            EndWidening();
            over = Commit();
        }
        else if (appended.Previous == peer.Previous)
        {
            peer.OnMismatch(CommonGround(appended.Position));
            peer.IsWaiting = false;
        }

        if (over is null && !peer.IsWaiting && peer.Previous.Offset < LastFor(appended.From.Node))
            Replicate(appended.From.Node, peer);
        return over;
    }

    /// <returns>Entries that are committed; null when the first lies in what a snapshot stands for.</returns>
    public ImmutableArray<MetadataEntry>? CommittedFrom(MetadataOffset offset) => offset <= _log.Start.Offset
        ? null
        : _log.From(offset, (int)Math.Max(CommittedOffset.Value - offset.Value + 1, 0));

    private void Replicate(NodeId node, PeerProgress peer)
    {
        if (peer.Previous.Offset < _log.Start.Offset)
        {
            if (_tick - peer.SnapshotSentAt < TicksBetweenSnapshots) return;
            peer.SnapshotSentAt = _tick;
            peer.OnSent(_tick);
            _emit(new QuorumEffect.Send(node, new InstallSnapshot(_self, _clusterId, _log.Snapshot!)));
            return;
        }

        peer.OnSent(_tick);
        long ready = Math.Max(LastFor(node).Value - peer.Previous.Offset.Value, 0);
        ImmutableArray<MetadataEntry> entries = _log.From(
            peer.Previous.Offset.Next(), (int)Math.Min(_rules.EntriesInMessage, ready));
        ImmutableArray<Remembered> memories = _followers.Memories(_self.Epoch, Committed);
        _emit(new QuorumEffect.Send(
            node, new Append(_self, _clusterId, peer.Previous, entries, CommittedOffset, memories, _round)));
    }

    private void ReplicateToIdle()
    {
        foreach ((NodeId node, PeerProgress peer) in _followers.All)
            if (!peer.IsWaiting) Replicate(node, peer);
    }

    /// <summary>The last entry that may go to the node.</summary>
    private MetadataOffset LastFor(NodeId node) => _widening is { } widening && widening.Sole.Node != node
        ? new MetadataOffset(widening.At.Value - 1)
        : _log.Last.Offset;

    /// <summary>
    /// What makes the single voter one of several is on its disk: from here on nobody goes by the old set.
    /// </summary>
    private void EndWidening()
    {
        if (_widening is not { } widening || _followers.MatchedBy(widening.Sole) < widening.At) return;
        _widening = null;
        ReplicateToIdle();
    }

    /// <summary>The last place where the two logs may agree, seen from here.</summary>
    private LogPosition CommonGround(LogPosition theirs) =>
        theirs.Offset < _log.Start.Offset ? LogPosition.Empty : _log.LastNotBeyond(theirs);

    private string? Commit()
    {
        (MetadataOffset before, MetadataOffset majority) = (CommittedOffset, _followers.MajorityOffset(Deciders));
        if (majority <= before) return null;
        if (_log.EpochAt(majority) != _self.Epoch && !_rules.CommitsEarlierEpochs) return null;
        ImmutableArray<MetadataEntry> entries = _log.From(before.Next(), (int)(majority.Value - before.Value));
        bool isRemoved = false;
        foreach (MetadataEntry entry in entries)
        {
            isRemoved |= RemovesThisNode(entry);
            CommittedImage = CommittedImage.Apply(entry);
        }

        _emit(new QuorumEffect.Committed(entries));
        if (!IsServing)
        {
            IsServing = true;
            _emit(new QuorumEffect.Serving(_self.Epoch));
        }

        Compact();
        if (!isRemoved) return null;
        // The others are told that it is committed: who is left out stops believing that it counts.
        Beat(_tick);
        return "This controller's node is no voter any more.";
    }

    /// <summary>
    /// Only what this controller proposed: the log may tell of a time when the node was no voter. And only what takes
    /// away a voter that it had: an outsider that leads has none to lose, whatever change of others it makes.
    /// </summary>
    private bool RemovesThisNode(MetadataEntry entry) => entry.Epoch == _self.Epoch
        && OwnVoter(CommittedImage.Voters) is not null
        && entry.Events.Any(item => item is VotersChanged changed && OwnVoter(changed.Voters) is null);

    /// <summary>The voter on the own node, if the directory that answers there is that voter's.</summary>
    private Voter? OwnVoter(ImmutableArray<Voter> voters) => VoterOn(_settings.Node, voters) is { } voter
        && (_followers.Of(_settings.Node)?.Voter ?? voter) == voter
        ? voter
        : null;

    private static Voter? VoterOn(NodeId node, ImmutableArray<Voter> voters) =>
        voters.Where(voter => voter.Node == node).Select(voter => (Voter?)voter).FirstOrDefault();

    private void Compact()
    {
        if (CommittedOffset.Value - _log.Start.Offset.Value < _settings.SnapshotEvery) return;
        _log.Install(LogSnapshot.Of(CommittedImage, Committed));
    }

    private QuorumMember Member(KeyValuePair<NodeId, PeerProgress> follower)
    {
        (NodeId node, PeerProgress peer) = follower;
        Voter? voter = VoterOn(node, _log.Voters);
        bool isVoter = voter is not null && (peer.Voter is null || peer.Voter == voter);
        return new QuorumMember(
            node,
            peer.Voter ?? voter,
            isVoter,
            peer.Voter is null ? -1 : peer.Matched.Offset.Value + 1,
            _tick - peer.AnsweredAt,
            _tick - peer.CaughtUpAt);
    }
}
