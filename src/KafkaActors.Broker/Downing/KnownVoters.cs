using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Broker.Downing;

/// <summary>What this node knows by itself, as <see cref="CommittedVoters"/> has it now.</summary>
/// <param name="Voters">Null while it knows no voters.</param>
/// <param name="Self">This node as a voter; null when it is none.</param>
internal readonly record struct KnownVoters(VoterSet? Voters, Voter? Self)
{
    /// <summary>Whether this node is a voter of the set, with the directory that the set names.</summary>
    public bool IsIn(VoterSet set) => Self is { } self && set.Voters.Contains(self);
}
