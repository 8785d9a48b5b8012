using System.Collections.Immutable;
using System.Globalization;
using Akka.Actor;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Bootstrap;

/// <summary>Whom a node knows before it has asked anybody: by its configuration, and by its own metadata log.</summary>
/// <param name="FirstVoters">With the node id where the configuration says it, this node among them if it is one.
/// </param>
/// <param name="Others">This node not among them.</param>
internal sealed record KnownAddresses(
    ImmutableSortedDictionary<string, NodeId?> FirstVoters, ImmutableArray<string> Others)
{
    private const string SeedsKey = "kafka-actors.cluster.seeds";

    /// <exception cref="InvalidSettingException">An address cannot be read, or is not this node's.</exception>
    public static KnownAddresses Of(NodeSettings settings, StoredLog log, Address self)
    {
        string own = self.ToString();
        string[] seeds = [.. settings.Cluster.Seeds.Select(seed => Parse(seed, self, SeedsKey).ToString())];
        QuorumVoter[] named = [.. settings.Cluster.QuorumVoters.Select(QuorumVoter.Parse)];
        ImmutableSortedDictionary<string, NodeId?> first = ImmutableSortedDictionary<string, NodeId?>.Empty
            .WithComparers(StringComparer.Ordinal);
        foreach (QuorumVoter voter in named) first = first.SetItem(AddressOf(voter, self), voter.Node);
        if (named.Length == 0) foreach (string seed in seeds.Append(own)) first = first.SetItem(seed, null);
        bool isNamed = named.Length == 0 || Array.Exists(named, voter => voter.Node == settings.NodeId);
        if (named.Length > 1 && isNamed) CheckOwn(named.Single(voter => voter.Node == settings.NodeId), self);
        if (named.Length == 1 && isNamed) first = first.Clear().Add(own, settings.NodeId);
        if (!settings.IsVoter) first = first.Remove(own);
        IEnumerable<string> voters = log.Voters.Select(voter => log.Addresses.GetValueOrDefault(voter.Node, ""));
        IEnumerable<string> others = seeds.Concat(first.Keys).Concat(voters)
            .Where(address => address.Length > 0 && address != own);
        return new KnownAddresses(first, [.. others.Distinct()]);
    }

    /// <summary>host:port of a node with our system's name and protocol, or a whole Akka address.</summary>
    /// <exception cref="InvalidSettingException">It is neither.</exception>
    public static Address Parse(string text, Address self, string key)
    {
        bool isWhole = text.Contains("://", StringComparison.Ordinal);
        if (isWhole && Address.TryParse(text, out Address? address) && address.HasGlobalScope) return address;
        int colon = text.LastIndexOf(':');
        ReadOnlySpan<char> digits = text.AsSpan(colon + 1);
        bool isPort = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int port);
        if (!isWhole && colon > 0 && isPort && port is > 0 and <= 65535)
            return new Address(self.Protocol, self.System, text[..colon], port);
        throw InvalidSettingException.Value(key, text, "cannot be read", "HOST:PORT");
    }

    private static string AddressOf(QuorumVoter voter, Address self) =>
        Parse(voter.Endpoint, self, QuorumVoter.Key).ToString();

    private static void CheckOwn(QuorumVoter own, Address self)
    {
        if (AddressOf(own, self) == self.ToString()) return;
        throw new InvalidSettingException(
            $"{QuorumVoter.Key} has node {own.Node} at {own.Endpoint}, and its Akka door is {self.Host}:{self.Port}; "
            + "name each node's Akka door there, as in --akka-port");
    }
}
