using System.Globalization;
using Akka.Configuration;
using KafkaActors.Messages.Authentication;

namespace KafkaActors.Messages.Remoting;

/// <summary>
/// What a system's configuration says of the secrets on its Akka port. Akka makes transports from the configuration
/// alone, before there is anything else.
/// </summary>
/// <param name="ClusterFile">Null where the system is no node, or one without a secret.</param>
/// <param name="ClientFile">Those that a node accepts of clients, or that a client has.</param>
/// <param name="HandshakeTimeout">How long a peer may take to prove itself.</param>
public sealed record RemoteSecrets(bool IsNode, string? ClusterFile, string? ClientFile, TimeSpan HandshakeTimeout)
{
    public const string AdapterName = "kafka-actors-secret";

    private const string NodeSection = "akka.remote.kafka-actors-node";
    private const string ClientPath = "kafka-actors.client.secret.file";
    private const string DefaultTransport = "akka.remote.dot-netty.tcp";
    private const string TransportsPath = "akka.remote.enabled-transports";

    private static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(5);

    public bool HasAny => ClusterFile is not null || ClientFile is not null;

    /// <summary>
    /// Of a system whose configuration went through <see cref="NodeFragment"/>; every other one is at most a client.
    /// </summary>
    public static RemoteSecrets Of(Config config) => config.HasPath(NodeSection)
        ? new RemoteSecrets(
            true,
            Text(config, $"{NodeSection}.cluster-file"),
            Text(config, $"{NodeSection}.client-file"),
            config.GetTimeSpan($"{NodeSection}.handshake-timeout", DefaultTimeout))
        : new RemoteSecrets(false, null, Text(config, ClientPath), DefaultTimeout);

    /// <summary>What makes a system a node for its transports, generated from the node's settings.</summary>
    /// <param name="quote">Writes a text as HOCON reads it.</param>
    public string NodeFragment(Func<string, string> quote) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {{NodeSection}} {
          cluster-file = {{quote(ClusterFile ?? "")}}
          client-file = {{quote(ClientFile ?? "")}}
          handshake-timeout = {{(long)HandshakeTimeout.TotalMilliseconds}}ms
        }
        """);

    /// <summary>Which of the transports that a system starts lets others in without asking; null for none.</summary>
    public static string? Unguarded(Config config) => config.GetStringList(TransportsPath, [DefaultTransport])
        .FirstOrDefault(path => !config.GetStringList($"{path}.applied-adapters", []).Contains(AdapterName));

    /// <exception cref="SecretException">A file cannot be used.</exception>
    public HeldSecrets Read() => HeldSecrets.Read(ClusterFile, ClientFile);

    private static string? Text(Config config, string path) =>
        config.GetString(path) is { Length: > 0 } text ? text : null;
}
