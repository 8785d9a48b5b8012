using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>What becomes of a change of the voters now.</summary>
public abstract record VoterStep
{
    /// <summary>Nothing was done, and nothing will be.</summary>
    public sealed record Refuse(ErrorCode Error, string Message) : VoterStep;

    /// <summary>The set is to become this.</summary>
    public sealed record Propose(ImmutableArray<Voter> Voters) : VoterStep;

    /// <summary>Ask again at the next tick: a node has not caught up yet.</summary>
    public sealed record Wait : VoterStep
    {
        public static Wait Instance { get; } = new();
    }
}
