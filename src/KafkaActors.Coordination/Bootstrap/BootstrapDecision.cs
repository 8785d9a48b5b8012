using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Bootstrap;

/// <summary>What a node does next on its way into a cluster.</summary>
public abstract record BootstrapDecision
{
    /// <summary>What it was taken from; a wait has none.</summary>
    public Cause? Cause { get; init; }

    /// <summary>Nothing: too little is known.</summary>
    public sealed record Wait : BootstrapDecision
    {
        public static Wait Instance { get; } = new();
    }

    /// <summary>It joins itself; the others join it.</summary>
    /// <param name="InitialVoters">Who keeps the new metadata log; none when a log exists.</param>
    public sealed record Form(ImmutableArray<NodeId> InitialVoters) : BootstrapDecision;

    /// <param name="InitialVoters">As the cluster was formed with; none when it has a log.</param>
    public sealed record Join(string Address, ImmutableArray<NodeId> InitialVoters) : BootstrapDecision;

    /// <summary>It must not be started with these addresses; one line for a person.</summary>
    public sealed record Refuse(string Reason) : BootstrapDecision;
}
