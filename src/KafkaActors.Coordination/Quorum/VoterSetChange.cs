using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// A step from one voter set to the next. Two majorities of sets that differ by one voter always meet, so one voter is
/// added or removed at a time. From a single voter several may be added in one entry, because that entry goes to the
/// single voter first (decision 0019).
/// </summary>
internal readonly record struct VoterSetChange(ImmutableArray<Voter> From, ImmutableArray<Voter> To)
{
    public ImmutableArray<Voter> Added => [.. To.Except(From)];

    public ImmutableArray<Voter> Removed => [.. From.Except(To)];

    /// <summary>Whether the only voter so far has to have it before anybody else.</summary>
    public bool IsWidening([NotNullWhen(true)] out Voter? sole)
    {
        sole = From.Length == 1 && To.Contains(From[0]) && Added.Length > 1 ? From[0] : null;
        return sole is not null;
    }

    /// <summary>Why no controller may take it, whoever is alive; null when the step itself is sound.</summary>
    public string? Fault()
    {
        if (To.IsEmpty) return "The last voter cannot be removed.";
        if (To.DistinctBy(voter => voter.Node).Count() < To.Length)
            return "A node has one voter: remove the one of its former directory first.";
        if (Added.Length + Removed.Length == 0) return "The voters are these already.";
        return Added.Length + Removed.Length == 1 || IsWidening(out _)
            ? null
            : "Voters are added or removed one at a time; several can be added where there is a single one.";
    }
}
