using System.Collections.Immutable;
using KafkaActors.Protocol;
using static KafkaActors.Broker.Downing.DowningEffect;
using static KafkaActors.Broker.Downing.ReachabilityProtocol;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// Decides who leaves the cluster, by what the voters have seen themselves. A suspicion (Akka's reachability, a broken
/// connection, a quarantine) starts questions; a member is downed when a majority of the voters has not heard it for
/// the stable time, at once when a majority was refused at its address twice; this process ends when it hears no
/// majority, or a majority says that it is gone. Each node decides for itself. Pure: a tick is the only clock.
/// </summary>
internal sealed class DowningCore(Peer self, int stableTicks)
{
    /// <summary>Who asked so long ago does not want to know any more.</summary>
    private const int AskedTicks = 8;

    /// <summary>Without a confirmation a broken connection is forgotten: the detector goes on.</summary>
    private const int BrokenTicks = 40;

    private const int FreshTicks = 4;

    /// <summary>More in one question are left out: no cluster of ours has as many members.</summary>
    private const int MaxSuspects = 256;

    private readonly Hearing _hearing = new(stableTicks);
    private readonly VoterAnswers _answers = new(FreshTicks, stableTicks);
    private readonly Dictionary<Peer, long> _broken = [];
    private readonly Dictionary<Peer, long> _askedAbout = [];
    private readonly Dictionary<string, long> _quarantinedBy = [];
    private readonly Dictionary<Peer, long> _downed = [];
    private IReadOnlyList<SeenMember> _members = [];
    private long? _doubtSince;
    private long _now;

    /// <summary>Whether there is something to ask; otherwise no tick is needed.</summary>
    public bool IsAwake => IsInDoubt || _broken.Count > 0 || _askedAbout.Count > 0;

    /// <summary>Whether a death is about to be confirmed: the next round need not wait for the tick.</summary>
    public bool IsInHurry => _hearing.IsRefusedSince(_now - FreshTicks) && Suspects().Any(
        suspect => _hearing.IsRefused(suspect));

    /// <summary>Whether somebody says that this node, or another one, is out of reach.</summary>
    private bool IsInDoubt =>
        _quarantinedBy.Count > 0 || _members.Any(member => member is { IsReachable: false, IsStaying: true });

    /// <summary>The voters that are members and in reach, as far as is known, this node among them.</summary>
    public ImmutableArray<NodeId> LiveVoters(KnownVoters known)
    {
        if (_answers.Newest(known.Voters) is not { } set) return [];
        HashSet<NodeId> live =
            [.. _members.Where(member => member is { IsStaying: true, IsReachable: true }).Select(m => m.Peer.Node)];
        return [.. set.Voters.Select(voter => voter.Node).Where(live.Contains).Order()];
    }

    /// <summary>Who has just become unreachable has no connection either.</summary>
    public IReadOnlyList<DowningEffect> OnMembers(IReadOnlyList<SeenMember> members)
    {
        HashSet<Peer> before = [.. Unreachable()];
        _members = members;
        return Break(Unreachable().Where(peer => !before.Contains(peer)));
    }

    /// <summary>A connection with that address has broken.</summary>
    public IReadOnlyList<DowningEffect> OnBroken(string address) =>
        Break(Staying().Where(peer => peer.Address == address));

    /// <summary>The node at that address lets this process in no more.</summary>
    public IReadOnlyList<DowningEffect> OnQuarantinedBy(string address, KnownVoters known)
    {
        _quarantinedBy[address] = _now;
        return Removed(known);
    }

    public IReadOnlyList<DowningEffect> OnKnocked(Peer peer, bool isRefused, KnownVoters known)
    {
        if (!isRefused)
        {
            _hearing.Forget(peer);
            _broken.Remove(peer);
            return [];
        }

        if (!_hearing.Refuse(peer, _now)) return [new Knock(peer, IsSecond: true)];
        return OnHurry(known);
    }

    /// <summary>A round between two ticks.</summary>
    public IReadOnlyList<DowningEffect> OnHurry(KnownVoters known) => [.. AskAll(), .. Confirmed(known)];

    public IReadOnlyList<DowningEffect> OnQuestion(Question question, KnownVoters known)
    {
        var effects = new List<DowningEffect>();
        Suspect[] others = [.. question.Suspects.Where(suspect => suspect.Peer != self).Take(MaxSuspects)];
        foreach (Suspect suspect in others)
        {
            _askedAbout[suspect.Peer] = _now;
            if (suspect.IsBroken && _broken.TryAdd(suspect.Peer, _now))
                effects.Add(new Knock(suspect.Peer, IsSecond: false));
        }

        WatchSuspects();
        ImmutableArray<Sight> sights = [.. others.Select(suspect => SightOf(suspect.Peer))];
        effects.Add(new Reply(new Answer(
            self, question.Number, known.Self, known.Voters, StandingOf(question.Asker), sights)));
        return effects;
    }

    public IReadOnlyList<DowningEffect> OnAnswer(Answer answer, KnownVoters known)
    {
        bool isForeign = answer.Voters is { } theirs && known.Voters?.IsSameCluster(theirs) == false;
        if (_now - answer.Number > FreshTicks || answer.Answerer == self || isForeign) return [];
        _hearing.Hear(answer.Answerer, _now);
        _broken.Remove(answer.Answerer);
        _answers.Add(answer, _now);
        return Confirmed(known);
    }

    /// <param name="isLate">This node has slept, or was held up, for a good part of the stable time.</param>
    public IReadOnlyList<DowningEffect> OnTick(KnownVoters known, bool isLate)
    {
        _now++;
        if (isLate) StartAnew();
        Forget(_broken, BrokenTicks);
        Forget(_askedAbout, AskedTicks);
        Forget(_quarantinedBy, 2L * stableTicks);
        Forget(_downed, FreshTicks);
        WatchSuspects();
        if (IsInDoubt) _doubtSince ??= _now;
        else _doubtSince = null;
        if (!IsAwake) _answers.StartAnew();
        return [.. AskAll(), .. AskSuspects(), .. Decide(known)];
    }

    private IReadOnlyList<DowningEffect> Removed(KnownVoters known) =>
        _answers.Newest(known.Voters) is { } set && GoneSays(set) is var says && set.IsMajority(says)
            ? [new DownSelf(SelfDowning.Removed, says, set)]
            : [];

    private IEnumerable<DowningEffect> Decide(KnownVoters known)
    {
        VoterSet? set = _answers.Newest(known.Voters);
        if (Removed(known) is { Count: > 0 } removed) return removed;
        if (_doubtSince is { } since && _now - since >= stableTicks)
        {
            if (set is null) return [new DownSelf(SelfDowning.NoVotersKnown, 0, null)];
            int heard = _answers.Heard(set, known, _now);
            if (!set.IsMajority(heard)) return [new DownSelf(SelfDowning.NoMajority, heard, set)];
        }

        return [.. Confirmed(known), .. Silent(known)];
    }

    private int GoneSays(VoterSet set)
    {
        NodeId[] quarantining =
        [
            .. _members.Where(member => _quarantinedBy.ContainsKey(member.Peer.Address))
                .Select(member => member.Peer.Node),
        ];
        return _answers.SayingGone(set, _now).Union(quarantining).Count(
            node => node != self.Node && set.Voters.Any(voter => voter.Node == node));
    }

    private IReadOnlyList<DowningEffect> Break(IEnumerable<Peer> peers)
    {
        Peer[] broken = [.. peers.Where(peer => _broken.TryAdd(peer, _now))];
        WatchSuspects();
        return [.. broken.Select(peer => new Knock(peer, IsSecond: false))];
    }

    private List<DowningEffect> Confirmed(KnownVoters known) =>
        Downs(known, Suspects(), sight => sight.IsRefused, isConfirmed: true);

    private List<DowningEffect> Silent(KnownVoters known) =>
        Downs(known, Unreachable(), sight => sight.IsSilent, isConfirmed: false);

    private List<DowningEffect> Downs(
        KnownVoters known, IEnumerable<Peer> peers, Func<Sight, bool> says, bool isConfirmed)
    {
        if (_answers.Newest(known.Voters) is not { } set) return [];
        var downs = new List<DowningEffect>();
        foreach (Peer peer in peers)
        {
            bool isOwn = known.IsIn(set) && peer.Node != self.Node && says(SightOf(peer));
            int count = _answers.Saying(set, peer, says, _now) + (isOwn ? 1 : 0);
            if (!set.IsMajority(count) || !_downed.TryAdd(peer, _now)) continue;
            downs.Add(new Down(peer, isConfirmed, count, set));
        }

        return downs;
    }

    private IEnumerable<DowningEffect> AskAll()
    {
        Peer[] suspects = [.. Suspects()];
        if (suspects.Length == 0 && _quarantinedBy.Count == 0) return [];
        var question = new Question(
            self, _now, [.. suspects.Select(suspect => new Suspect(suspect, _broken.ContainsKey(suspect)))]);
        return Members().Select(peer => peer.Address).Distinct().Select(address => new Ask(address, question));
    }

    private IEnumerable<DowningEffect> AskSuspects()
    {
        var question = new Question(self, _now, []);
        IEnumerable<string> asked = Suspects().Any() ? Members().Select(peer => peer.Address) : [];
        return _askedAbout.Keys.Select(peer => peer.Address).Distinct().Except(asked)
            .Select(address => new Ask(address, question));
    }

    private Sight SightOf(Peer peer) => new(peer, _hearing.IsSilent(peer, _now), _hearing.IsRefused(peer));

    private Standing StandingOf(Peer asker)
    {
        if (_members.Any(member => member.Peer == asker)) return Standing.Member;
        return _members.Any(member => member.Peer == self && member.IsUp) ? Standing.Gone : Standing.Unknown;
    }

    /// <summary>Members that this node has a suspicion of, by itself or by Akka's gossip.</summary>
    private IEnumerable<Peer> Suspects() => _members
        .Where(member => member.IsStaying && member.Peer != self
            && (!member.IsReachable || _broken.ContainsKey(member.Peer)))
        .Select(member => member.Peer);

    private IEnumerable<Peer> Unreachable() => _members
        .Where(member => member is { IsReachable: false, IsStaying: true } && member.Peer != self)
        .Select(member => member.Peer);

    private IEnumerable<Peer> Staying() =>
        _members.Where(member => member.IsStaying && member.Peer != self).Select(member => member.Peer);

    // Those who are downed, too: a voter that was started again answers there before it is let in.
    private IEnumerable<Peer> Members() =>
        _members.Where(member => member.Peer != self).Select(member => member.Peer);

    private void WatchSuspects() =>
        _hearing.Watch([.. Suspects(), .. _askedAbout.Keys], _now);

    private void StartAnew()
    {
        _hearing.StartAnew(_now);
        _answers.StartAnew();
        _broken.Clear();
        _doubtSince = null;
    }

    private void Forget<T>(Dictionary<T, long> since, long ticks)
        where T : notnull
    {
        foreach ((T key, long at) in since.ToArray())
            if (_now - at > ticks) since.Remove(key);
    }
}
