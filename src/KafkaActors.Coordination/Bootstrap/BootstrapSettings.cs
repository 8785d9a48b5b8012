using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Bootstrap;

/// <summary>What a node knows before it has asked anybody.</summary>
/// <param name="Self">Where it stands; it has decided nothing.</param>
/// <param name="FirstVoters">
/// The addresses named as first voters, with the node id where the configuration says it. The node itself is among them
/// if it is one.
/// </param>
/// <param name="Others">Who else is asked, beside the first voters: seeds, and voters of its log.</param>
public sealed record BootstrapSettings(
    NodeStanding Self, ImmutableSortedDictionary<string, NodeId?> FirstVoters, ImmutableArray<string> Others)
{
    /// <summary>A node that has not answered a question of this age is not heard.</summary>
    public TimeSpan HeardFor { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A candidate counts a support for so long after it asked for it.</summary>
    public TimeSpan SupportCounts { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>
    /// Who has said that it supports somebody supports nobody else for so long. Twice what the candidate counts: the
    /// cluster that it forms at the last moment is heard of before anybody is free to support another.
    /// </summary>
    public TimeSpan SupportBinds => 2 * SupportCounts;

    /// <summary>A candidate's cluster that has not answered for so long is not waited for.</summary>
    public TimeSpan TargetPatience { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>
    /// Before the core began: the process has had its directory for so long, and no former one supports anybody.
    /// </summary>
    public TimeSpan HeldBefore { get; init; }
}
