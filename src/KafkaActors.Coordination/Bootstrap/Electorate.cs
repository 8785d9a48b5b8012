using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Bootstrap;

/// <summary>
/// Whose support lets a node form the cluster, seen from one node at one moment. The most complete log that is heard of
/// names its voters; without any log all first voters that agree on who they are.
/// </summary>
internal sealed class Electorate
{
    private readonly NodeStanding _self;
    private readonly NodeStanding[] _heard;
    private readonly BootstrapRules _rules;

    private Electorate(NodeStanding self, IEnumerable<NodeStanding> heard, BootstrapRules rules)
    {
        _self = self;
        _heard = [.. heard];
        _rules = rules;
    }

    /// <summary>The standing with the most complete log; null when nobody has one.</summary>
    public NodeStanding? Best { get; private set; }

    /// <summary>Those that count and answer, this node among them or not.</summary>
    public ImmutableArray<NodeStanding> Electors { get; private set; } = [];

    /// <summary>So many must support a candidate.</summary>
    public int Required { get; private set; }

    /// <summary>Who keeps the log of a first cluster.</summary>
    public ImmutableArray<NodeId> InitialVoters { get; private set; } = [];

    /// <param name="heard">Who answers, without this node.</param>
    public static Electorate Of(
        BootstrapSettings settings, NodeStanding self, IEnumerable<NodeStanding> heard, BootstrapRules rules)
    {
        var electorate = new Electorate(self, heard, rules);
        electorate.Best = electorate.MostCompleteLog();
        if (electorate.Best is { } best) electorate.CountVoters(best.Voters);
        else electorate.CountFirstVoters(settings);
        return electorate;
    }

    /// <summary>
    /// Of the electors that hear most voters the lowest; null while there are too few. Where a link is cut, its two
    /// ends hear one less than others, and both see that.
    /// </summary>
    public NodeStanding? Candidate() => Required == 0 || Electors.Length < Required
        ? null
        : Electors.OrderByDescending(elector => elector.Hears.Length).ThenBy(elector => elector.Node).First();

    /// <summary>The first voters of whom a standing speaks, without those that are known to be no voters.</summary>
    public static IEnumerable<string> FirstVotersOf(NodeStanding standing, IEnumerable<NodeStanding> heard) =>
        standing.FirstVoters.Except(heard.Where(other => !other.IsVoter).Select(other => other.Address)).Order();

    /// <summary>A standing of the cluster that this node belongs to, or of a node that belongs to none.</summary>
    public static bool IsOfOneCluster(NodeStanding self, NodeStanding other) =>
        self.ClusterId.Length == 0 || other.ClusterId.Length == 0 || other.ClusterId == self.ClusterId;

    private NodeStanding? MostCompleteLog() => _heard.Append(_self)
        .Where(standing => standing.IsVoter && standing.Last > LogPosition.Empty && IsOfOneCluster(_self, standing))
        .OrderByDescending(standing => standing.Last).ThenBy(standing => standing.Node).FirstOrDefault();

    private void CountVoters(ImmutableArray<Voter> voters)
    {
        Electors = [.. _heard.Append(_self).Where(standing => standing.Place == NodePlace.Asking
            && IsOfOneCluster(_self, standing)
            && (voters.Contains(standing.Voter)
                || (_rules.CountsForeignDirectories && voters.Any(voter => voter.Node == standing.Node))))];
        Required = (voters.Length / 2) + 1;
    }

    private void CountFirstVoters(BootstrapSettings settings)
    {
        if (!settings.FirstVoters.ContainsKey(_self.Address)) return;
        string[] meant = [.. FirstVotersOf(_self, _heard)];
        Electors = [.. _heard.Append(_self).Where(standing => meant.Contains(standing.Address)
            && standing is { IsVoter: true, IsEmpty: true, Place: NodePlace.Asking }
            && (settings.FirstVoters[standing.Address] ?? standing.Node) == standing.Node
            && FirstVotersOf(standing, _heard).SequenceEqual(meant))];
        if (Electors.DistinctBy(elector => elector.Node).Count() < Electors.Length) Electors = [];
        Required = _rules.FormsWithAMajorityOfFirstVoters ? (meant.Length / 2) + 1 : meant.Length;
        InitialVoters = [.. Electors.Select(elector => elector.Node).Order()];
    }
}
