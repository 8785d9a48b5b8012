using System.Globalization;
using System.Text.RegularExpressions;
using KafkaActors.TestKit.Clusters;

namespace KafkaActors.TestKit.Machine;

/// <summary>
/// A network namespace for each node, all on one bridge with the test, which reaches every node whatever is cut. A cut
/// is silence: the sender is given a hardware address for the other node that nobody has, so that packets are lost
/// and nothing is refused. That needs no packet filter in the kernel. Root only; gone once disposed.
/// </summary>
public sealed partial class NamespaceNetwork : IClusterNetwork, IAsyncDisposable
{
    private const string Nowhere = "02:00:00:00:ff:01";
    private const int Self = 254;
    private const string Spaces = "/run/netns";
    private const string Links = "/sys/class/net";

    private static int _networks;

    private readonly string _name = string.Create(
        CultureInfo.InvariantCulture, $"ka{Environment.ProcessId}x{Interlocked.Increment(ref _networks)}");

    private readonly string _subnet = string.Create(
        CultureInfo.InvariantCulture,
        $"10.{64 + ((Environment.ProcessId >> 8) & 0x7F)}.{(Environment.ProcessId + (_networks * 37)) & 0xFF}");

    private readonly IReadOnlyList<int> _nodes;

    private NamespaceNetwork(IReadOnlyList<int> nodes) => _nodes = nodes;

    /// <summary>Makes it. Needs root's rights, iproute2 and util-linux.</summary>
    public static async Task<NamespaceNetwork> CreateAsync(params IReadOnlyList<int> nodes)
    {
        await RemoveAbandonedAsync().ConfigureAwait(false);
        NamespaceNetwork network = new(nodes);
        try
        {
            await network.MakeAsync().ConfigureAwait(false);
            return network;
        }
        catch
        {
            await network.DisposeAsync().ConfigureAwait(false);
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
        await CutOneWayAsync(one, other).ConfigureAwait(false);
        await CutOneWayAsync(other, one).ConfigureAwait(false);
    }

    /// <summary>No other node hears of it or is heard by it.</summary>
    public async Task IsolateAsync(int node)
    {
        foreach (int other in _nodes.Where(other => other != node)) await CutAsync(node, other).ConfigureAwait(false);
    }

    public async Task HealAsync(int one, int other)
    {
        await TryIpAsync($"-n {NamespaceOf(one)} neigh del {HostOf(other)} dev eth0").ConfigureAwait(false);
        await TryIpAsync($"-n {NamespaceOf(other)} neigh del {HostOf(one)} dev eth0").ConfigureAwait(false);
    }

    /// <summary>Every link works again.</summary>
    public async Task HealAsync()
    {
        foreach (int one in _nodes)
            foreach (int other in _nodes.Where(other => other > one)) await HealAsync(one, other).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (int node in _nodes) await TryIpAsync($"netns del {NamespaceOf(node)}").ConfigureAwait(false);
        await TryIpAsync($"link del {_name}").ConfigureAwait(false);
    }

    private string NamespaceOf(int node) => string.Create(CultureInfo.InvariantCulture, $"{_name}n{node}");

    private static Task IpAsync(string arguments) => SystemCommand.RunAsync($"ip {arguments}");

    private static Task TryIpAsync(string arguments) => SystemCommand.TryAsync($"ip {arguments}");

    /// <summary>
    /// Lets connections send again after a second at most, where the kernel knows that setting: else a link that was
    /// cut for some seconds stays silent for as long again.
    /// </summary>
    private Task HurryAsync(int node) => SystemCommand.TryAsync(
        [.. UnderOf(node), "sh", "-c", "echo 1000 >/proc/sys/net/ipv4/tcp_rto_max_ms"]);

    /// <summary>Removes what test processes that were killed have left.</summary>
    private static async Task RemoveAbandonedAsync()
    {
        foreach (string space in Directory.Exists(Spaces) ? Directory.GetFiles(Spaces) : [])
            if (IsAbandoned(space)) await TryIpAsync($"netns del {Path.GetFileName(space)}").ConfigureAwait(false);
        foreach (string link in Directory.GetFileSystemEntries(Links))
            if (IsAbandoned(link)) await TryIpAsync($"link del {Path.GetFileName(link)}").ConfigureAwait(false);
    }

    private static bool IsAbandoned(string path) =>
        OwnName().Match(Path.GetFileName(path)) is { Success: true } name
            && !Directory.Exists($"/proc/{name.Groups["process"].Value}");

    [GeneratedRegex(@"^ka(?<process>\d+)x\d+(n\d+)?$")]
    private static partial Regex OwnName();

    private async Task MakeAsync()
    {
        await IpAsync($"link add {_name} type bridge").ConfigureAwait(false);
        await IpAsync($"addr add {_subnet}.{Self}/24 dev {_name}").ConfigureAwait(false);
        await IpAsync($"link set {_name} up").ConfigureAwait(false);
        foreach (int node in _nodes)
        {
            string space = NamespaceOf(node);
            await IpAsync($"netns add {space}").ConfigureAwait(false);
            await IpAsync($"link add {_name}v{node} type veth peer name eth0 netns {space}").ConfigureAwait(false);
            await IpAsync($"link set {_name}v{node} master {_name} up").ConfigureAwait(false);
            await IpAsync($"-n {space} addr add {HostOf(node)}/24 dev eth0").ConfigureAwait(false);
            await IpAsync($"-n {space} link set lo up").ConfigureAwait(false);
            await IpAsync($"-n {space} link set eth0 up").ConfigureAwait(false);
            await HurryAsync(node).ConfigureAwait(false);
        }
    }
}
