using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Quorum.QuorumProtocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// One voter of the metadata log: one directory of one node. It follows the highest promise it gave, holds a log that
/// it cuts at the last common (offset, epoch) when its controller's differs, and never cuts what it knows to be
/// committed. Pure: inputs give effects, and the owner has carried out every effect before it hands in the next input.
/// </summary>
public sealed class VoterState
{
    /// <summary>A controller that has been silent for longer is not counted on.</summary>
    private const int LedTicks = 8;

    private readonly Dictionary<Voter, Remembered> _others = [];
    private readonly MetadataLog _log;
    private readonly int _snapshotEvery;
    private readonly QuorumRules _rules;
    private List<VoterEffect> _effects = [];
    private LogPosition _refillUntil = LogPosition.Empty;
    private int _silentTicks = LedTicks;

    /// <param name="snapshotEvery">How many committed entries may gather before a snapshot takes their place.</param>
    public VoterState(
        Voter self, Promise promised, LogSnapshot? snapshot, IEnumerable<MetadataEntry> entries, int snapshotEvery)
        : this(self, promised, snapshot, entries, snapshotEvery, QuorumRules.Correct)
    {
    }

    internal VoterState(
        Voter self,
        Promise promised,
        LogSnapshot? snapshot,
        IEnumerable<MetadataEntry> entries,
        int snapshotEvery,
        QuorumRules rules)
    {
        Self = self;
        Promised = promised;
        _log = new MetadataLog(snapshot, entries);
        _snapshotEvery = snapshotEvery;
        _rules = rules;
        Image = snapshot?.ToImage() ?? MetadataImage.Empty;
    }

    public Voter Self { get; }

    /// <summary>
    /// What this voter had acknowledged and has lost, by damage or by an older copy of its files: until its log has
    /// passed this again it follows, but promises nothing.
    /// </summary>
    public LogPosition RefillUntil
    {
        get => _refillUntil;
        init => _refillUntil = value;
    }

    public bool IsRefilling => _log.Last < _refillUntil;

    public Promise Promised { get; private set; }

    /// <summary>
    /// What the directory says of its cluster; an empty log of a known cluster was lost, and forms nothing.
    /// </summary>
    public string KnownClusterId { get; init; } = "";

    private string ClusterId => Image.IsFormed ? Image.ClusterId : KnownClusterId;

    /// <summary>The image as of what this voter knows to be committed.</summary>
    public MetadataImage Image { get; private set; }

    public LogPosition Last => _log.Last;

    /// <summary>The voter set of its log, committed or not.</summary>
    public ImmutableArray<Voter> Voters => _log.Voters;

    internal MetadataLog Log => _log;

    /// <summary>A quarter of a second has passed; what others are told of the controller goes by it.</summary>
    public void Tick() => _silentTicks = Math.Min(_silentTicks + 1, LedTicks);

    public IReadOnlyList<VoterEffect> Handle(IRequest request)
    {
        _effects = [];
        switch (request)
        {
            case Query query: Reply(Standing(query.Asker)); break;
            case RequestPromise promise: OnRequestPromise(promise); break;
            case FetchLog fetch: OnFetchLog(fetch); break;
            case Append append: OnAppend(append); break;
            case InstallSnapshot install: OnInstallSnapshot(install); break;
            default: throw new ArgumentException($"{request.GetType()} is no request to a voter.", nameof(request));
        }

        return _effects;
    }

    private void OnRequestPromise(RequestPromise request)
    {
        bool isGranted = !IsRefilling && IsSameCluster(request.ClusterId) && IsMember(request.Voters)
            && Follow(request.Asker);
        Reply(new PromiseAnswered(request.Asker, Self, isGranted, Standing(request.Asker)));
        if (_rules.AnswersBeforePromiseIsSaved) _effects.Reverse();
    }

    // Whoever asks: what is read here was some controller's log, and a part that no longer fits is found by its
    // position.
    private void OnFetchLog(FetchLog request)
    {
        LogPosition after = request.After;
        bool isMatch = _log.EpochAt(after.Offset) == after.Epoch;
        LogSnapshot? snapshot = isMatch || after.Offset > _log.Start.Offset ? null : _log.Snapshot;
        bool isHeld = isMatch || snapshot is not null;
        MetadataOffset first = (snapshot?.Last ?? after).Offset.Next();
        // Inside the node nothing is encoded: the candidate here gets all of it at once.
        int most = request.Asker.Candidate == Self.Node ? int.MaxValue : _rules.EntriesInMessage;
        Reply(new LogFetched(
            request.Asker,
            Self,
            after,
            isHeld ? after : _log.LastNotBeyond(Before(after)),
            snapshot,
            isHeld ? _log.From(first, most) : []));
    }

    private static LogPosition Before(LogPosition position) =>
        position with { Offset = new MetadataOffset(Math.Max(position.Offset.Value - 1, -1)) };

    private void OnAppend(Append request)
    {
        if (!IsSameCluster(request.ClusterId) || !Follow(request.Asker))
        {
            Answer(request.Asker, request.Previous, isMatch: false, LogPosition.Empty, request.Round);
            return;
        }

        _silentTicks = 0;
        foreach (Remembered other in request.Others) Remember(other);
        if (!HoldsPrevious(request))
        {
            LogPosition common = _log.LastNotBeyond(Before(request.Previous));
            Answer(request.Asker, request.Previous, isMatch: false, common, request.Round);
            return;
        }

        Write(request);
        LogPosition matched = request.Entries.IsEmpty ? request.Previous : MetadataLog.PositionOf(request.Entries[^1]);
        if (matched.Offset < _log.Start.Offset) matched = _log.Start;
        // Only what this controller has shown to match: an entry of an older epoch behind it may be another one.
        Commit(new MetadataOffset(Math.Min(request.Committed.Value, matched.Offset.Value)));
        EndRefill();
        Answer(request.Asker, request.Previous, isMatch: true, matched, request.Round);
    }

    // A controller that has only begun to lead knows less of the others than the one before it did.
    private void Remember(Remembered other) => _others[other.Voter] =
        _others.TryGetValue(other.Voter, out Remembered known) ? known.And(other) : other;

    /// <summary>
    /// Whether the log holds the position before the new entries; a snapshot is committed, so it holds all before it.
    /// </summary>
    private bool HoldsPrevious(Append request) => request.Previous.Offset < _log.Start.Offset
        || _log.EpochAt(request.Previous.Offset) == request.Previous.Epoch;

    private void Write(Append request)
    {
        int first = 0;
        ImmutableArray<MetadataEntry> entries = request.Entries;
        while (first < entries.Length
            && (entries[first].Offset <= _log.Start.Offset
                || _log.EpochAt(entries[first].Offset) == entries[first].Epoch))
            first++;
        if (first == entries.Length) return;
        var after = new MetadataOffset(entries[first].Offset.Value - 1);
        if (after < Image.Offset)
            throw new InvalidOperationException(
                $"Controller {request.Asker} overwrites the committed entry {after.Next()}.");
        _log.TruncateAfter(after);
        foreach (MetadataEntry entry in entries.Skip(first)) _log.Append(entry);
        _effects.Add(new VoterEffect.WriteEntries(after, entries[first..]));
    }

    private void OnInstallSnapshot(InstallSnapshot request)
    {
        LogSnapshot snapshot = request.Snapshot;
        if (!IsSameCluster(request.ClusterId) || !Follow(request.Asker))
        {
            Answer(request.Asker, snapshot.Last, isMatch: false, LogPosition.Empty);
            return;
        }

        _silentTicks = 0;
        if (snapshot.Last.Offset > Image.Offset)
        {
            bool keepsEntries = _log.EpochAt(snapshot.Last.Offset) == snapshot.Last.Epoch;
            _log.Install(snapshot);
            Image = snapshot.ToImage();
            _effects.Add(new VoterEffect.SaveSnapshot(snapshot, keepsEntries));
        }

        EndRefill();
        Answer(request.Asker, snapshot.Last, isMatch: true, snapshot.Last);
    }

    private void Commit(MetadataOffset committed)
    {
        while (Image.Offset < committed) Image = Image.Apply(_log.Entry(Image.Offset.Next()));
        if (Image.Offset.Value - _log.Start.Offset.Value < _snapshotEvery) return;
        var snapshot = LogSnapshot.Of(Image, new LogPosition(_log.EpochAt(Image.Offset)!.Value, Image.Offset));
        _log.Install(snapshot);
        _effects.Add(new VoterEffect.SaveSnapshot(snapshot, KeepsEntries: true));
    }

    private void EndRefill()
    {
        if (!IsRefilling) _refillUntil = LogPosition.Empty;
    }

    /// <summary>Binds the voter to the asker, if nothing better binds it already.</summary>
    private bool Follow(Promise asker)
    {
        if (asker == Promised) return true;
        if (asker.Epoch < Promised.Epoch) return false;
        if (asker.Epoch == Promised.Epoch && !_rules.GrantsEqualEpochs) return false;
        Promised = asker;
        _effects.Add(new VoterEffect.SavePromise(asker));
        return true;
    }

    private bool IsMember(ImmutableArray<Voter> voters) =>
        voters.Contains(Self) || (_rules.CountsForeignDirectories && voters.Any(voter => voter.Node == Self.Node));

    private bool IsSameCluster(string clusterId) =>
        ClusterId.Length == 0 || clusterId.Length == 0 || clusterId == ClusterId;

    private Status Standing(Promise asker) => new(
        asker,
        Self,
        ClusterId,
        Promised,
        _log.Last,
        _log.Voters,
        [.. _others.Values],
        IsRefilling,
        _silentTicks < LedTicks);

    private void Answer(
        Promise asker, LogPosition previous, bool isMatch, LogPosition position, long round = NoRound) =>
        Reply(new Appended(asker, Self, Promised, isMatch, previous, position, round));

    private void Reply(IReply reply) => _effects.Add(new VoterEffect.Reply(reply));
}
