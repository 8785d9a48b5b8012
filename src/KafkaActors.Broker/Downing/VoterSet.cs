using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Downing;

/// <summary>The voters as of a metadata offset.</summary>
/// <param name="ClusterId">Whose they are; empty while that is not known.</param>
/// <param name="Offset">
/// Where who names the set knows the metadata to be committed; of two sets the one at the higher offset counts.
/// <see cref="MetadataOffset.None"/> for a set that is known from a log alone.
/// </param>
internal sealed record VoterSet(string ClusterId, MetadataOffset Offset, ImmutableArray<Voter> Voters)
{
    /// <summary>Whether so many of its voters are more than half of them.</summary>
    public bool IsMajority(int count) => count * 2 > Voters.Length;

    /// <summary>Whether both may be of one cluster: an address may be another cluster's by now.</summary>
    public bool IsSameCluster(VoterSet other) =>
        ClusterId.Length == 0 || other.ClusterId.Length == 0 || ClusterId == other.ClusterId;

    /// <summary>The set that counts; null when neither is known.</summary>
    public static VoterSet? Newer(VoterSet? one, VoterSet? other) =>
        one is null || (other is not null && other.Offset > one.Offset) ? other : one;
}
