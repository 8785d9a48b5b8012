namespace KafkaActors.Broker.Configuration;

/// <summary>How a node finds its cluster, and how long it waits on the way in and out.</summary>
public sealed record MembershipSettings : ISettingsSection
{
    /// <summary>host:port of nodes' Akka doors; empty for a cluster of its own.</summary>
    [HoconKey("cluster.seeds")]
    public IReadOnlyList<string> Seeds { get; init; } = [];

    /// <summary>The first voters, each as id@host:port; empty for all seeds and the node itself.</summary>
    [HoconKey("controller.quorum.voters")]
    public IReadOnlyList<string> QuorumVoters { get; init; } = [];

    [HoconKey("cluster.join.timeout.ms", Minimum = 1)]
    public TimeSpan JoinTimeout { get; init; }

    /// <summary>Null for none.</summary>
    [HoconKey("cluster.secret.file")]
    public string? SecretFile { get; init; }

    /// <summary>Null for none.</summary>
    [HoconKey("cluster.client.secret.file")]
    public string? ClientSecretFile { get; init; }

    [HoconKey("cluster.handshake.timeout.ms", Minimum = 1)]
    public TimeSpan HandshakeTimeout { get; init; }

    [HoconKey("initial.broker.registration.timeout.ms", Minimum = 1)]
    public TimeSpan RegistrationTimeout { get; init; }

    [HoconKey("controlled.shutdown.timeout.ms", Minimum = 1)]
    public TimeSpan ShutdownTimeout { get; init; }
}
