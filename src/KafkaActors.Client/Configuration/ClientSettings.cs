using Akka.Configuration;
using KafkaActors.Client.Contact;
using KafkaActors.Network;

namespace KafkaActors.Client.Configuration;

/// <summary>The section <c>kafka-actors.client</c>: how this client finds and keeps its nodes.</summary>
public sealed record ClientSettings
{
    internal const string Section = "kafka-actors.client";
    internal const string Dispatcher = Section + ".dispatcher";

    private ClientSettings(ClientConfigReader reader)
    {
        BootstrapServers = ContactPoint.ParseList(reader.Text("bootstrap.servers"));
        SecretFile = reader.OptionalText("secret.file");
        ClientId = reader.Text("client.id");
        RequestTimeout = reader.Milliseconds("request.timeout.ms", 1);
        DefaultApiTimeout = reader.Milliseconds("default.api.timeout.ms", 1);
        ConnectionSetupTimeout = reader.Milliseconds("socket.connection.setup.timeout.ms", 1);
        ReconnectBackoff = reader.Milliseconds("reconnect.backoff.ms", 1);
        ReconnectBackoffMax = reader.Milliseconds("reconnect.backoff.max.ms", 1);
        MaxResponseBytes = reader.Bytes("receive.message.max.bytes", 1024);
        RetryBackoff = reader.Milliseconds("retry.backoff.ms", 1);
        RetryBackoffMax = reader.Milliseconds("retry.backoff.max.ms", 1);
        MetadataMaxAge = reader.Milliseconds("metadata.max.age.ms", 1);
    }

    public static ClientSettings Default { get; } = From(KafkaActorsClientConfig.Reference);

    public IReadOnlyList<ContactPoint> BootstrapServers { get; init; }

    /// <summary>What Akka ports ask for; null for none. The ActorSystem reads it from its configuration.</summary>
    public string? SecretFile { get; }

    public string ClientId { get; init; }

    public TimeSpan RequestTimeout { get; init; }

    public TimeSpan DefaultApiTimeout { get; init; }

    public TimeSpan ConnectionSetupTimeout { get; init; }

    public TimeSpan ReconnectBackoff { get; init; }

    public TimeSpan ReconnectBackoffMax { get; init; }

    public int MaxResponseBytes { get; init; }

    public TimeSpan RetryBackoff { get; init; }

    public TimeSpan RetryBackoffMax { get; init; }

    public TimeSpan MetadataMaxAge { get; init; }

    /// <summary>What the connections to Kafka ports take of this.</summary>
    internal ConnectionSettings Connection => new()
    {
        ClientId = ClientId,
        SetupTimeout = ConnectionSetupTimeout,
        ReconnectBackoff = ReconnectBackoff,
        ReconnectBackoffMax = ReconnectBackoffMax,
        SilenceLimit = RequestTimeout,
        MaxResponseBytes = MaxResponseBytes,
    };

    /// <exception cref="KafkaException">A key is missing or cannot be read; the message names its full
    /// path.</exception>
    public static ClientSettings From(Config config) => From(config, out _);

    internal static ClientSettings From(Config config, out IReadOnlyList<string> keys)
    {
        var reader = new ClientConfigReader(config, Section);
        keys = reader.Keys;
        return new ClientSettings(reader);
    }
}
