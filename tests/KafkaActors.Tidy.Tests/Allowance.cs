namespace KafkaActors.Tidy.Tests;

/// <summary>One use of something banned that stays, with the reason why nothing else does there.</summary>
internal sealed record Allowance(string Path, string Banned, string Reason);
