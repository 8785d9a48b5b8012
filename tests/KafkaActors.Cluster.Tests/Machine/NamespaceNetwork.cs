using System.Globalization;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.Cluster.Tests.Machine;

/// <summary>
/// A network namespace for each node, all on one bridge with the test, which reaches every node whatever is cut. A cut
/// is silence: the sender is given a hardware address for the other node that nobody has, so that packets are lost
/// and nothing is refused. That needs no packet filter in the kernel. Root only; gone once disposed.
/// </summary>
internal sealed class NamespaceNetwork : IClusterNetwork, IAsyncDisposable
{
    private const string Nowhere = "02:00:00:00:ff:01";
    private const int Self = 254;

    private static int _networks;

    private readonly string _name = string.Create(
        CultureInfo.InvariantCulture, $"ka{Environment.ProcessId % 1_000_000}x{Interlocked.Increment(ref _networks)}");

    private readonly string _subnet = string.Create(
        CultureInfo.InvariantCulture,
        $"10.{64 + ((Environment.ProcessId >> 8) & 0x7F)}.{(Environment.ProcessId + (_networks * 37)) & 0xFF}");

    private readonly IReadOnlyList<int> _nodes;

    private NamespaceNetwork(IReadOnlyList<int> nodes) => _nodes = nodes;

    /// <summary>Makes it; skips the test, or fails it, where the machine allows no such thing.</summary>
    public static async Task<NamespaceNetwork> CreateAsync(params IReadOnlyList<int> nodes)
    {
        MachineNeeds.Root();
        MachineNeeds.Program("ip", "iproute2");
        MachineNeeds.Program("nsenter", "util-linux");
        NamespaceNetwork network = new(nodes);
        try
        {
            await network.MakeAsync();
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    public string HostOf(int node) => string.Create(CultureInfo.InvariantCulture, $"{_subnet}.{node}");

    public IReadOnlyList<string> UnderOf(int node) => ["nsenter", $"--net=/run/netns/{NamespaceOf(node)}"];

    /// <summary>Nothing that one node sends arrives at the other.</summary>
    public Task CutOneWayAsync(int from, int to) => SystemCommand.RunAsync(
        $"ip -n {NamespaceOf(from)} neigh replace {HostOf(to)} lladdr {Nowhere} dev eth0 nud permanent");

    public async Task CutAsync(int one, int other)
    {
        await CutOneWayAsync(one, other);
        await CutOneWayAsync(other, one);
    }

    /// <summary>No other node hears of it or is heard by it.</summary>
    public async Task IsolateAsync(int node)
    {
        foreach (int other in _nodes.Where(other => other != node)) await CutAsync(node, other);
    }

    public async Task HealAsync(int one, int other)
    {
        await SystemCommand.TryAsync($"ip -n {NamespaceOf(one)} neigh del {HostOf(other)} dev eth0");
        await SystemCommand.TryAsync($"ip -n {NamespaceOf(other)} neigh del {HostOf(one)} dev eth0");
    }

    /// <summary>Every link works again.</summary>
    public async Task HealAsync()
    {
        foreach (int one in _nodes)
            foreach (int other in _nodes.Where(other => other > one)) await HealAsync(one, other);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (int node in _nodes) await SystemCommand.TryAsync($"ip netns del {NamespaceOf(node)}");
        await SystemCommand.TryAsync($"ip link del {_name}");
    }

    private string NamespaceOf(int node) => string.Create(CultureInfo.InvariantCulture, $"{_name}n{node}");

    private async Task MakeAsync()
    {
        await SystemCommand.RunAsync($"ip link add {_name} type bridge");
        await SystemCommand.RunAsync($"ip addr add {_subnet}.{Self}/24 dev {_name}");
        await SystemCommand.RunAsync($"ip link set {_name} up");
        foreach (int node in _nodes)
        {
            string space = NamespaceOf(node);
            await SystemCommand.RunAsync($"ip netns add {space}");
            await SystemCommand.RunAsync($"ip link add {_name}v{node} type veth peer name eth0 netns {space}");
            await SystemCommand.RunAsync($"ip link set {_name}v{node} master {_name} up");
            await SystemCommand.RunAsync($"ip -n {space} addr add {HostOf(node)}/24 dev eth0");
            await SystemCommand.RunAsync($"ip -n {space} link set lo up");
            await SystemCommand.RunAsync($"ip -n {space} link set eth0 up");
        }
    }
}
