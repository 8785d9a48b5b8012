using System.Globalization;

namespace KafkaActors.TestKit.Clusters;

/// <summary>
/// A loopback address of its own for each node (127.0.0.0/8), so that every cluster of every test process may use the
/// same fixed ports: a port below the ephemeral ones is nobody's while a killed node is away. Linux only.
/// </summary>
public sealed class LoopbackNetwork : IClusterNetwork
{
    private const int NodesOfACluster = 10;
    private const int Clusters = 25;

    private static int _clusters;

    private readonly int _first = (Interlocked.Increment(ref _clusters) - 1) % Clusters * NodesOfACluster;

    public string HostOf(int node) => string.Create(
        CultureInfo.InvariantCulture,
        $"127.{1 + ((Environment.ProcessId >> 8) & 0x7F)}.{Environment.ProcessId & 0xFF}.{_first + node}");

    public IReadOnlyList<string> UnderOf(int node) => [];
}
