namespace KafkaActors.TestKit.Clusters;

/// <summary>How a process of a node ended though nobody had told it to.</summary>
/// <param name="Lines">The last lines of its log.</param>
public sealed record NodeEnd(int Node, int ExitCode, IReadOnlyList<string> Lines)
{
    public override string ToString() => $"node {Node} ended with {ExitCode}:\n{string.Join('\n', Lines)}";
}
