using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Engine;

/// <summary>
/// Carries calls between nodes: late, out of order, twice or not at all, and never between two nodes whose link is cut.
/// What goes from a node to itself, and between clients and nodes, passes every cut.
/// </summary>
internal sealed class NodeNetwork(World world)
{
    private readonly HashSet<(SimNode, SimNode)> _cut = [];

    public NetworkQuality Quality { get; set; } = NetworkQuality.Perfect;

    /// <summary>In this direction.</summary>
    public void Cut(SimNode from, SimNode to) => _cut.Add((from, to));

    public void Join(SimNode from, SimNode to) => _cut.Remove((from, to));

    public void JoinAll() => _cut.Clear();

    public void Send(SimNode from, SimNode to, Action<SimProcess> deliver)
    {
        if (from == to)
        {
            world.After(world.Between(0, 1), () => to.Receive(deliver));
            return;
        }

        Carry(() =>
        {
            if (!_cut.Contains((from, to))) to.Receive(deliver);
        });
    }

    public void FromClient(SimNode to, Action<SimProcess> deliver) => Carry(() => to.Receive(deliver));

    public void ToClient(Action deliver) => Carry(deliver);

    private void Carry(Action deliver)
    {
        if (world.Chance(Quality.Dropping)) return;
        world.After(Delay(), deliver);
        // A copy that comes long after its original is the one that does harm.
        if (world.Chance(Quality.Duplicating)) world.After(Delay() + world.Between(0, Quality.MostStraggle), deliver);
    }

    private int Delay() => world.Between(0, Quality.MostDelay)
        + (world.Chance(Quality.Straggling) ? world.Between(0, Quality.MostStraggle) : 0);
}
