namespace KafkaActors.TestKit.Clusters;

/// <summary>Where the nodes of one cluster are: an address for each, and how a process is started behind it.</summary>
public interface IClusterNetwork
{
    /// <summary>The address that a node listens on, and that others and the test reach it by.</summary>
    string HostOf(int node);

    /// <summary>The program that starts another one at the node's place, and becomes it; possibly none.</summary>
    IReadOnlyList<string> UnderOf(int node);
}
