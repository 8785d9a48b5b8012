using Microsoft.CodeAnalysis;

namespace KafkaActors.Tidy.Tests;

/// <summary>Something that code here does without, how it is recognised, and what takes its place.</summary>
internal sealed record BannedUse(string Name, string Replacement, Func<SyntaxNode, bool> Matches)
{
    /// <summary>Path prefixes to which the ban does not apply at all.</summary>
    public string[] NotUnder { get; init; } = [];

    public override string ToString() => Name;
}
