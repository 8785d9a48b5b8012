using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Bootstrap;

/// <summary>
/// A node's part in the conversation before membership: what it says, what it has heard, whom it supports, and what
/// follows. It forms a cluster only with the support of all first voters, or of a majority of the voters that the most
/// complete log names, and supports one candidate at a time; see decision 0020. Pure: time is what it is told, from a
/// monotonic clock that began with it. Owned by the bootstrap actor.
/// <code>
/// Asking -> Forming -> InCluster
/// Asking -> Joining -> InCluster;   Joining -> Asking (the cluster that it was to join is silent)
/// </code>
/// </summary>
public sealed class BootstrapCore
{
    private readonly BootstrapSettings _settings;
    private readonly BootstrapRules _rules;
    private readonly Dictionary<string, Heard> _heard = [];
    private readonly SortedSet<string> _addresses;
    private NodeStanding _self;
    private Guid _supports;
    private TimeSpan _boundUntil;
    private bool _wavers;

    public BootstrapCore(BootstrapSettings settings)
        : this(settings, BootstrapRules.Correct)
    {
    }

    internal BootstrapCore(BootstrapSettings settings, BootstrapRules rules)
    {
        _settings = settings;
        _rules = rules;
        _self = settings.Self;
        _addresses = new SortedSet<string>(
            settings.FirstVoters.Keys.Concat(settings.Others).Where(address => address != _self.Address),
            StringComparer.Ordinal);
    }

    /// <summary>Whom to ask.</summary>
    public IReadOnlyCollection<string> Addresses => _addresses;

    public NodePlace Place => _self.Place;

    public string ClusterId => _self.ClusterId;

    /// <summary>Whose cluster is joined; null unless it is joining.</summary>
    public string? Target { get; private set; }

    /// <summary>Where the node stands now.</summary>
    public NodeStanding Standing(TimeSpan now) => _self with
    {
        Hears = [.. Fresh(now).Where(IsVoterHere).Select(standing => standing.Incarnation)],
        Supports = _wavers || _self.Place == NodePlace.Joining ? Guid.Empty : _supports,
    };

    /// <summary>
    /// Another node asks. The answer counts as support while it names the asker: from here on it binds.
    /// </summary>
    public NodeStanding OnAsk(NodeStanding asker, TimeSpan now)
    {
        if (IsVoterOfOurLog(asker) && asker.Address != _self.Address) _addresses.Add(asker.Address);
        NodeStanding answer = Standing(now);
        if (answer.Supports != Guid.Empty && answer.Supports == asker.Incarnation)
            _boundUntil = now + _settings.SupportBinds;
        return answer;
    }

    /// <param name="askedAt">When the question was sent that this answers.</param>
    public void OnAnswer(NodeStanding answer, TimeSpan askedAt)
    {
        if (!_addresses.Contains(answer.Address)) return;
        if (_heard.TryGetValue(answer.Address, out Heard? known) && known.AskedAt > askedAt) return;
        _heard[answer.Address] = new Heard(answer, askedAt);
    }

    /// <summary>To be asked after each answer and from time to time, while nothing is decided.</summary>
    public BootstrapDecision Decide(TimeSpan now)
    {
        if (Place != NodePlace.Asking) return BootstrapDecision.Wait.Instance;
        NodeStanding[] fresh = Fresh(now);
        if (ClusterChoice.Refusal(_self, fresh) is { } reason)
            return new BootstrapDecision.Refuse(reason) { Cause = CauseOf("refuse", now, fresh.Length) };
        if (ClusterChoice.ToJoin(_self, fresh) is { } host)
            return Join(host) with { Cause = CauseOf($"join node {host.Node}", now, fresh.Length) };
        var electorate = Electorate.Of(_settings, Standing(now), fresh, _rules);
        bool mayForm = !fresh.Any(standing => standing.Place >= NodePlace.Forming);
        Support(mayForm ? electorate.Candidate() : null, now);
        int supporters = Supporters(electorate, now);
        if (!mayForm || _supports != _self.Incarnation || supporters < electorate.Required)
            return BootstrapDecision.Wait.Instance;
        _self = _self with { Place = NodePlace.Forming, InitialVoters = electorate.InitialVoters };
        return new BootstrapDecision.Form(electorate.InitialVoters)
        {
            Cause = CauseOf(
                "form", now, fresh.Length, ("supporters", supporters), ("required", electorate.Required),
                ("log epoch", electorate.Best?.Last.Epoch ?? 0),
                ("log offset", electorate.Best?.Last.Offset.Value ?? -1)),
        };
    }

    /// <summary>
    /// Whether the cluster to be joined is there: what was decided while it was being formed waits for this.
    /// </summary>
    public bool IsTargetReady(TimeSpan now) => Target is { } target
        && Fresh(now).Any(standing => standing.Address == target && standing.Place == NodePlace.InCluster);

    /// <summary>Asks again when the cluster to be joined has not answered for too long, or is no more.</summary>
    public bool HasLostTarget(TimeSpan now)
    {
        if (Place != NodePlace.Joining || Target is not { } target) return false;
        Heard heard = _heard[target];
        bool isThere = heard.Standing.Place >= NodePlace.Forming && now - heard.AskedAt <= _settings.TargetPatience;
        if (isThere) return false;
        _self = _self with { Place = NodePlace.Asking };
        Target = null;
        return true;
    }

    /// <summary>The node is Up, by this conversation or by its host.</summary>
    public void Entered() => _self = _self with { Place = NodePlace.InCluster };

    /// <summary>Others to ask from now on.</summary>
    public void AlsoAsk(IEnumerable<string> addresses) =>
        _addresses.UnionWith(addresses.Where(address => address != _self.Address));

    /// <summary>What the node has come to know of itself.</summary>
    public void Know(Func<NodeStanding, NodeStanding> news) => _self = news(_self);

    /// <summary>Who is waited for, and why, one line each.</summary>
    public IReadOnlyList<string> Awaited(TimeSpan now) => BootstrapReport.Of(
        _settings,
        _self,
        [.. _addresses.Select(address => (address, _heard.GetValueOrDefault(address)))],
        now);

    /// <summary>Who has answered lately, without this node.</summary>
    public NodeStanding[] Fresh(TimeSpan now) =>
        [.. _heard.Values.Where(heard => heard.IsFresh(now, _settings.HeardFor)).Select(heard => heard.Standing)];

    private BootstrapDecision.Join Join(NodeStanding host)
    {
        bool isFirst = _self is { IsVoter: true, IsEmpty: true } && host.ClusterId.Length == 0;
        ImmutableArray<NodeId> initial = isFirst ? host.InitialVoters : [];
        _self = _self with { Place = NodePlace.Joining, InitialVoters = initial };
        Target = host.Address;
        return new BootstrapDecision.Join(host.Address, initial);
    }

    private void Support(NodeStanding? preferred, TimeSpan now)
    {
        if (now + _settings.HeldBefore < _settings.SupportBinds && !_rules.SupportsFromTheStart) return;
        Guid wanted = preferred?.Incarnation ?? Guid.Empty;
        bool isFree = _supports == wanted || _supports == _self.Incarnation || now >= _boundUntil
            || _rules.ChangesSupportAtOnce;
        _wavers = !isFree;
        if (isFree) _supports = wanted;
    }

    private static Cause CauseOf(
        string subject, TimeSpan now, int heard, params ReadOnlySpan<(string Name, long Value)> numbers) => Cause.Of(
        CauseKind.BootstrapJudged,
        subject,
        [("asking ms", (long)now.TotalMilliseconds), ("nodes heard", heard), .. numbers]);

    private int Supporters(Electorate electorate, TimeSpan now) => _rules.FormsUnsupported
        ? electorate.Electors.Length
        : electorate.Electors.Count(elector => elector.Incarnation == _self.Incarnation
            || (elector.Supports == _self.Incarnation
                && _heard[elector.Address].IsFresh(now, _settings.SupportCounts)));

    private bool IsVoterHere(NodeStanding other) =>
        _self.Voters.IsEmpty ? other.IsVoter : IsVoterOfOurLog(other);

    private bool IsVoterOfOurLog(NodeStanding other) => _self.Voters.Contains(other.Voter);
}
