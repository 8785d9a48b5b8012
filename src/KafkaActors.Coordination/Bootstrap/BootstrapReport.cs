using System.Globalization;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Bootstrap;

/// <summary>Says who is waited for, since when, and what is wrong with those who answered.</summary>
internal static class BootstrapReport
{
    public static IReadOnlyList<string> Of(
        BootstrapSettings settings,
        NodeStanding self,
        IReadOnlyCollection<(string Address, Heard? Heard)> asked,
        TimeSpan now)
    {
        NodeStanding[] fresh =
        [
            .. asked.Select(one => one.Heard).OfType<Heard>().Where(heard => heard.IsFresh(now, settings.HeardFor))
                .Select(heard => heard.Standing),
        ];
        NodeStanding? best = Electorate.Of(settings, self, fresh, BootstrapRules.Correct).Best;
        var lines = new List<string> { Aim(settings, self, best) };
        foreach ((string address, Heard? heard) in asked)
        {
            string? line = heard is not null && heard.IsFresh(now, settings.HeardFor)
                ? Fault(settings, self, heard.Standing, best, fresh)
                : $"{Name(settings, address, heard)} has not answered for {Seconds(now - heard?.AskedAt ?? now)}";
            if (line is not null) lines.Add(line);
        }

        if (best is not null) lines.AddRange(Unknown(best, self, asked));
        return lines;
    }

    private static string Aim(BootstrapSettings settings, NodeStanding self, NodeStanding? best)
    {
        if (best is not null)
        {
            IEnumerable<NodeId> voters = best.Voters.Select(voter => voter.Node).Order();
            return $"a majority of the voters {string.Join(", ", voters)} of cluster {best.ClusterId} must answer";
        }

        return settings.FirstVoters.ContainsKey(self.Address)
            ? "all first voters must answer and be empty"
            : "a node that is in a cluster must answer";
    }

    private static string Name(BootstrapSettings settings, string address, Heard? heard) =>
        (heard?.Standing.Node ?? settings.FirstVoters.GetValueOrDefault(address)) is { } node
            ? $"node {node} at {address}"
            : address;

    private static string? Fault(
        BootstrapSettings settings,
        NodeStanding self,
        NodeStanding other,
        NodeStanding? best,
        IReadOnlyCollection<NodeStanding> fresh)
    {
        string name = $"node {other.Node} at {other.Address}";
        if (other.Node == self.Node) return $"{name} has this node's id; give each its own node.id";
        if (!Electorate.IsOfOneCluster(self, other))
            return $"{name} belongs to cluster {other.ClusterId}, this node to {self.ClusterId}";
        if (other.Place != NodePlace.Asking) return $"{name} is on its way into a cluster ({other.Place})";
        if (best is not null) return Missing(name, other.Voter, best);
        return self.FirstVoters.Contains(other.Address) ? Disagreement(settings, self, name, other, fresh) : null;
    }

    private static string? Missing(string name, Voter other, NodeStanding best) =>
        !best.Voters.Contains(other) && best.Voters.Any(voter => voter.Node == other.Node)
            ? $"{name} has another directory than voter {other.Node}: its metadata log is missing; bring the directory "
                + "back, or start a majority of the others and admit it as a new voter"
            : null;

    private static string? Disagreement(
        BootstrapSettings settings,
        NodeStanding self,
        string name,
        NodeStanding other,
        IReadOnlyCollection<NodeStanding> fresh)
    {
        if (!other.IsVoter) return null;
        if (settings.FirstVoters[other.Address] is { } named && named != other.Node)
            return $"{name} is named as node {named} in controller.quorum.voters";
        if (other.ClusterId.Length > 0)
            return $"{name} belongs to cluster {other.ClusterId} and its metadata log is missing";
        string[] theirs = [.. Electorate.FirstVotersOf(other, fresh)];
        return theirs.SequenceEqual(Electorate.FirstVotersOf(self, fresh))
            ? null
            : $"{name} would form a cluster with {Text(theirs)}, not with {Text(self.FirstVoters)}";
    }

    /// <summary>Voters of the log at none of the addresses that are known.</summary>
    private static IEnumerable<string> Unknown(
        NodeStanding best, NodeStanding self, IReadOnlyCollection<(string Address, Heard? Heard)> asked) =>
        best.Voters.Select(voter => voter.Node)
            .Where(node => node != self.Node && asked.All(one => one.Heard?.Standing.Node != node)).Order()
            .Select(node => $"voter {node} has answered at none of the addresses");

    private static string Text(IReadOnlyCollection<string> addresses) =>
        addresses.Count == 0 ? "nobody" : string.Join(", ", addresses);

    private static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.#} s");
}
