using System.Net;

namespace KafkaActors.Broker.Configuration;

/// <summary>
/// Where the Akka port of a process of our own listens, and under which name. Without a secret it is for this machine
/// alone: whoever reaches it is the cluster. Pure.
/// </summary>
/// <param name="Host">The interface that it binds.</param>
/// <param name="PublicHost">The one name under which it answers.</param>
/// <param name="IsKeptBack">It stays on loopback although the doors in general are open.</param>
internal sealed record AkkaBinding(string Host, string PublicHost, bool IsKeptBack)
{
    public const string Remedy =
        "make one with deploy/make-secrets.sh and name it on every node with kafka-actors.cluster.secret.file";

    private const string Loopback = "127.0.0.1";

    /// <exception cref="InvalidSettingException">
    /// It is asked to be reached by others, and there is no secret.
    /// </exception>
    public static AkkaBinding Of(ListenerSettings listeners, MembershipSettings cluster)
    {
        string host = listeners.AkkaHost ?? listeners.Host;
        if (cluster.SecretFile is not null) return new AkkaBinding(host, listeners.AdvertisedHost ?? host, false);
        if (!IsLoopback(host) && listeners.AkkaHost is not null)
            throw Refused($"kafka-actors.listeners.akka.host = {host} opens the Akka port to the network");
        RefuseElsewhere("cluster.seeds", cluster.Seeds);
        RefuseElsewhere("controller.quorum.voters", cluster.QuorumVoters);
        return IsLoopback(host)
            ? new AkkaBinding(host, listeners.AdvertisedHost ?? host, IsKeptBack: false)
            : new AkkaBinding(Loopback, Loopback, IsKeptBack: true);
    }

    public static bool IsLoopback(string host) => host == "localhost"
        || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));

    private static void RefuseElsewhere(string key, IReadOnlyList<string> nodes)
    {
        if (nodes.FirstOrDefault(node => !IsLoopback(HostOf(node))) is { } node)
            throw Refused($"kafka-actors.{key} names {node}, which is not on loopback");
    }

    // host:port, id@host:port, or a whole address.
    private static string HostOf(string node)
    {
        string rest = node[(node.LastIndexOf('@') + 1)..];
        int port = rest.LastIndexOf(':');
        return port < 0 ? rest : rest[..port];
    }

    private static InvalidSettingException Refused(string what) => new(
        $"{what}, and there is no secret: whoever reached the port could do everything; {Remedy}");
}
