using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Bootstrap;

/// <summary>What a node says of itself in the conversation before membership.</summary>
/// <param name="Voter">The node and its first data directory, which holds the metadata log.</param>
/// <param name="Address">The one Akka address that it answers to.</param>
/// <param name="Incarnation">This start of the process.</param>
public sealed record NodeStanding(Voter Voter, string Address, Guid Incarnation)
{
    /// <summary>Whether it has the role.</summary>
    public bool IsVoter { get; init; }

    /// <summary>The cluster that its directory or its log belongs to; empty while that is none.</summary>
    public string ClusterId { get; init; } = "";

    /// <summary>Who would form a first cluster with it, by address, it among them; none if it would not.</summary>
    public ImmutableArray<string> FirstVoters { get; init; } = [];

    /// <summary>The end of its metadata log.</summary>
    public LogPosition Last { get; init; } = LogPosition.Empty;

    /// <summary>The voters that its metadata log names.</summary>
    public ImmutableArray<Voter> Voters { get; init; } = [];

    public NodePlace Place { get; init; }

    /// <summary>Its address and this tell members of one Akka cluster from those of another.</summary>
    public int AkkaUid { get; init; }

    /// <summary>Whether its Akka cluster reaches a majority of the voters, as far as it sees.</summary>
    public bool SeesVoterMajority { get; init; }

    /// <summary>Incarnations of voters that have answered it lately.</summary>
    public ImmutableArray<Guid> Hears { get; init; } = [];

    /// <summary>The start of the candidate that it lets form the cluster; empty while that is nobody.</summary>
    public Guid Supports { get; init; }

    /// <summary>The voters that the cluster it is in, or on its way to, is formed with.</summary>
    public ImmutableArray<NodeId> InitialVoters { get; init; } = [];

    public NodeId Node => Voter.Node;

    /// <summary>Whether neither its directory nor its log has been in a cluster.</summary>
    public bool IsEmpty => ClusterId.Length == 0 && Last == LogPosition.Empty;
}
