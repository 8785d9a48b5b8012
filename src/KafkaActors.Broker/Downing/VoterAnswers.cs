using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Broker.Downing.ReachabilityProtocol;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// The last answer of each node that keeps a metadata log, and since when it has said what it says of this node. Owned
/// by the <see cref="DowningCore"/>.
/// </summary>
/// <param name="freshTicks">An older answer says nothing of now.</param>
/// <param name="stableTicks">Who has not answered for so long is not heard.</param>
internal sealed class VoterAnswers(long freshTicks, long stableTicks)
{
    private readonly Dictionary<Voter, (long Tick, Answer Answer)> _last = [];
    private readonly Dictionary<Voter, long> _goneSince = [];
    private VoterSet? _newest;

    public void Add(Answer answer, long now)
    {
        if (answer.Voters is not null) _newest = VoterSet.Newer(_newest, answer.Voters);
        if (answer.Voter is not { } voter) return;
        _last[voter] = (now, answer);
        if (answer.Asker == Standing.Gone) _goneSince.TryAdd(voter, now);
        else _goneSince.Remove(voter);
    }

    /// <summary>The set that counts: committed offsets do not go back, so the newest ever heard of is.</summary>
    public VoterSet? Newest(VoterSet? own) => VoterSet.Newer(own, _newest);

    /// <summary>How many of the voters are heard, this node among them if it is one.</summary>
    public int Heard(VoterSet set, KnownVoters known, long now) => set.Voters.Count(voter =>
        voter == known.Self || (_last.TryGetValue(voter, out var last) && now - last.Tick < stableTicks));

    /// <summary>How many other voters say that of a process; its own node has no say.</summary>
    public int Saying(VoterSet set, Peer about, Func<Sight, bool> says, long now) => set.Voters.Count(voter =>
        voter.Node != about.Node
            && _last.TryGetValue(voter, out var last)
            && now - last.Tick <= freshTicks
            && last.Answer.Sights.Any(sight => sight.Peer == about && says(sight)));

    /// <summary>The other voters that have said for the whole stable time that this process is gone.</summary>
    public IEnumerable<NodeId> SayingGone(VoterSet set, long now) => set.Voters
        .Where(voter => _goneSince.TryGetValue(voter, out long since)
            && now - since >= stableTicks
            && now - _last[voter].Tick <= freshTicks)
        .Select(voter => voter.Node);

    /// <summary>What was said before is not known to be so still; who is who is kept.</summary>
    public void StartAnew()
    {
        _last.Clear();
        _goneSince.Clear();
    }
}
