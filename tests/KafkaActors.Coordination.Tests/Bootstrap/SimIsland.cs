namespace KafkaActors.Coordination.Tests.Bootstrap;

/// <summary>An Akka cluster as far as forming goes: who is Up in it.</summary>
internal sealed class SimIsland
{
    public HashSet<SimNode> Members { get; } = [];
}
