using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// What is known of a partition's replicas beyond who leads and who is in sync. Most partitions share
/// <see cref="None"/>.
/// </summary>
public sealed record ReplicaStates
{
    public static ReplicaStates None { get; } = new();

    /// <summary>Replicas that a reassignment adds.</summary>
    public ImmutableArray<NodeId> Adding { get; init; } = [];

    /// <summary>Replicas that a reassignment removes when it ends.</summary>
    public ImmutableArray<NodeId> Removing { get; init; } = [];

    /// <summary>The last leader, when ISR and eligible leaders are empty (KIP-966).</summary>
    public ImmutableArray<NodeId> LastKnownEligible { get; init; } = [];

    /// <summary>
    /// Members of ISR or eligible leaders whose log may have lost its tail: they lead only after all others that may
    /// hold more were looked at. One that catches up with a leader is suspect no more.
    /// </summary>
    public ImmutableArray<SuspectReplica> Suspects { get; init; } = [];

    /// <summary>Replicas whose log was reported bad; each stays so until its broker registers anew.</summary>
    public ImmutableArray<NodeId> Failed { get; init; } = [];

    public RecoveryState Recovery { get; init; }

    public bool IsNone => Equals(None);

    public bool IsSuspect(NodeId node)
    {
        foreach (SuspectReplica suspect in Suspects)
            if (suspect.Node == node) return true;
        return false;
    }

    /// <summary>With the suspect in place of what was known of it.</summary>
    public ReplicaStates With(SuspectReplica suspect) => this with
    {
        Suspects = [.. Suspects.Where(other => other.Node != suspect.Node).Append(suspect)
            .OrderBy(other => other.Node)],
    };

    public ReplicaStates WithFailed(NodeId node) =>
        Failed.Contains(node) ? this : this with { Failed = [.. Failed.Append(node).Order()] };

    public ReplicaStates WithoutFailed(NodeId node) => this with { Failed = Failed.Remove(node) };

    public bool Equals(ReplicaStates? other) => other is not null
        && Recovery == other.Recovery
        && Adding.SequenceEqual(other.Adding)
        && Removing.SequenceEqual(other.Removing)
        && LastKnownEligible.SequenceEqual(other.LastKnownEligible)
        && Suspects.SequenceEqual(other.Suspects)
        && Failed.SequenceEqual(other.Failed);

    public override int GetHashCode() =>
        HashCode.Combine(Recovery, Adding.Length, Removing.Length, Suspects.Length, Failed.Length);
}
