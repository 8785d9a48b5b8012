using System.Globalization;
using Akka.Configuration;
using Akka.Configuration.Hocon;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Journal;
using KafkaActors.Messages.Remoting;

namespace KafkaActors.Broker.Hosting;

/// <summary>
/// What must stand in the configuration before an ActorSystem with a broker starts, as one HOCON fragment: the embedded
/// reference, what follows from the settings (roles, journals), and over both what the user wrote.
/// </summary>
public static class KafkaActorsConfig
{
    /// <summary>The name of the ActorSystem of the <c>node</c> command; nothing else relies on it.</summary>
    public const string SystemName = "kafka-actors";

    /// <summary>Every key with its default; see <c>hocon/reference</c>.</summary>
    public static Config Reference => ReferenceConfig.Whole;

    /// <summary>The role by which a node is found in the cluster: its id, whatever its address.</summary>
    public static string NodeRole(int nodeId) => string.Create(CultureInfo.InvariantCulture, $"node-{nodeId}");

    /// <summary>
    /// For a host's own ActorSystem: <paramref name="user"/> with everything beneath it that a broker needs. The host
    /// decides about remoting's address, logging and the end of the process.
    /// </summary>
    /// <exception cref="InvalidSettingException">A key under <c>kafka-actors</c> is unknown or unusable.</exception>
    public static Config Fragment(Config user) => Fragment(user, NodeSettings.Read(user.WithFallback(Reference)));

    /// <summary>For a process of its own, as the <c>node</c> command has: also address, logging and shutdown.</summary>
    /// <exception cref="InvalidSettingException">A key under <c>kafka-actors</c> is unknown or unusable.</exception>
    public static Config ForProcess(Config user)
    {
        NodeSettings settings = NodeSettings.Read(user.WithFallback(Reference));
        Config process = RemoteAddress(settings).WithFallback(ReferenceConfig.Read("process"));
        return Fragment(user.WithFallback(process), settings);
    }

    private static Config Fragment(Config user, NodeSettings settings)
    {
        string[] roles =
        [
            .. user.HasPath("akka.cluster.roles") ? user.GetStringList("akka.cluster.roles") : [],
            .. settings.Roles,
            NodeRole(settings.NodeId.Value),
        ];
        string generated =
            $"""
            akka.cluster.roles = [{string.Join(", ", roles.Distinct().Select(HoconText.Quote))}]
            {Secrets(settings.Cluster).NodeFragment(HoconText.Quote)}
            {PartitionJournalConfig.Fragment(settings.Log.Directories.Count, settings.Log.JournalStripes)}
            """;
        return Flat(ConfigurationFactory.ParseString(generated).WithFallback(user).WithFallback(Reference));
    }

    private static RemoteSecrets Secrets(MembershipSettings cluster) =>
        new(true, cluster.SecretFile, cluster.ClientSecretFile, cluster.HandshakeTimeout);

    // Akka goes through every level of fallbacks again for each section that an actor's start looks at.
    private static Config Flat(Config config) => new(new HoconRoot(config.Root));

    private static Config RemoteAddress(NodeSettings settings)
    {
        AkkaBinding akka = AkkaBinding.Of(settings.Listeners, settings.Cluster);
        return ConfigurationFactory.ParseString(
            $"""
            akka.remote.dot-netty.tcp.hostname = {HoconText.Quote(akka.Host)}
            akka.remote.dot-netty.tcp.port = {settings.Listeners.AkkaPort}
            akka.remote.dot-netty.tcp.public-hostname = {HoconText.Quote(akka.PublicHost)}
            akka.remote.dot-netty.tcp.public-port = {settings.Listeners.AkkaAdvertisedPort}
            """);
    }
}
