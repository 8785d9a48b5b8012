using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Quorum.QuorumProtocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// What the voters that answered say together: whose log is the most complete, which voter set that log names, and
/// whether they are a majority of it. A directory outside the set does not count. Neither does a voter that is being
/// refilled, nor one that stands below what another remembers of it: its disk went back in time.
/// </summary>
internal sealed class Ballot(NodeId own, QuorumRules rules)
{
    private readonly Dictionary<NodeId, Status> _standings = [];
    private Status? _seen;

    public IEnumerable<Status> Standings => _standings.Values;

    public int HighestEpoch => _standings.Values.Max(standing => standing.Promised.Epoch);

    /// <summary>Where the voter of the candidate's own node stands; null while it has not answered.</summary>
    public Status? Own => _standings.GetValueOrDefault(own);

    /// <summary>
    /// Where the most complete log is, in the set or not, promised or not; null when nobody has an entry.
    /// </summary>
    public Status? Best
    {
        get
        {
            IEnumerable<Status> logs = _standings.Values.Where(standing => standing.Last > LogPosition.Empty);
            if (_seen is not null) logs = logs.Append(_seen);
            if (rules.AdoptsOwnLog) logs = logs.Where(standing => standing.From.Node == own);
            return logs.OrderByDescending(standing => standing.Last).ThenBy(standing => standing.From.Node != own)
                .ThenBy(standing => standing.From.Node).FirstOrDefault();
        }
    }

    /// <summary>The voter set in force, as far as is known: that of the most complete log; empty without one.</summary>
    public ImmutableArray<Voter> Voters =>
        (rules.TakesVotersOfOwnLog && Own is { Last.Offset.Value: >= 0 } standing ? standing : Best)?.Voters ?? [];

    /// <summary>Whether the log says that the candidate's own node is no voter: then it leads last.</summary>
    public bool IsOutsider => !Voters.IsEmpty && !Voters.Any(voter => voter.Node == own
        && (Own is null || Own.From == voter || rules.CountsForeignDirectories));

    public void Add(Status standing) => _standings[standing.From.Node] = standing;

    /// <summary>
    /// Those who promise answer anew. The most complete log that was seen stays the one that is judged by, even where
    /// its holder has no promise to give: it may hold the entry by which it was removed, and the set that remains not.
    /// </summary>
    public void BeginPromises()
    {
        _seen = Best;
        _standings.Clear();
    }

    public void Clear()
    {
        _seen = null;
        _standings.Clear();
    }

    public bool Has(NodeId node) => _standings.ContainsKey(node);

    public bool IsMajorityOf(ImmutableArray<Voter> voters) =>
        _standings.Values.Count(standing => IsCounted(standing, voters)) > voters.Length / 2;

    /// <summary>The first voters of a cluster, if all that were configured answered that they are empty.</summary>
    public ImmutableArray<Voter>? Founders(ImmutableArray<NodeId> initialVoters)
    {
        if (initialVoters.IsEmpty) return null;
        foreach (NodeId node in initialVoters)
            if (!_standings.TryGetValue(node, out Status? standing)
                || standing.Last != LogPosition.Empty || standing.ClusterId.Length > 0 || standing.IsRefilling)
                return null;
        return [.. initialVoters.Select(node => _standings[node].From)];
    }

    /// <summary>
    /// The cluster to which empty voters say they belong, if all of these answered and none has a log.
    /// </summary>
    public string? LostCluster(IEnumerable<NodeId> nodes) =>
        nodes.All(_standings.ContainsKey) && _standings.Values.All(standing => standing.Last == LogPosition.Empty)
            ? _standings.Values.Select(standing => standing.ClusterId).FirstOrDefault(id => id.Length > 0)
            : null;

    /// <summary>Whose log is missing, one phrase a node, for a person who waits for a majority.</summary>
    public IEnumerable<string> Missing(IEnumerable<NodeId> known)
    {
        ImmutableArray<Voter> voters = Voters;
        foreach (NodeId node in voters.IsEmpty ? known : voters.Select(voter => voter.Node))
        {
            if (!_standings.TryGetValue(node, out Status? standing))
                yield return $"voter {node} has not answered";
            else if (!voters.IsEmpty && !voters.Contains(standing.From))
                yield return $"node {node} answers with directory {standing.From.Directory}, not with its voter's "
                    + $"{voters.First(voter => voter.Node == node).Directory}";
            else if (!voters.IsEmpty && !IsCounted(standing, voters))
                yield return $"voter {node} lacks entries that it had acknowledged";
        }
    }

    private bool IsCounted(Status standing, ImmutableArray<Voter> voters)
    {
        if (!voters.Contains(standing.From)
            && !(rules.CountsForeignDirectories && voters.Any(voter => voter.Node == standing.From.Node)))
            return false;
        return !standing.IsRefilling && !_standings.Values.SelectMany(other => other.Others).Any(memory =>
            memory.Voter == standing.From
            && (memory.Last > standing.Last || memory.Epoch > standing.Promised.Epoch));
    }
}
