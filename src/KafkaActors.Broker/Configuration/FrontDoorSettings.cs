namespace KafkaActors.Broker.Configuration;

/// <summary>The limits of the door for Akka client actors.</summary>
public sealed record FrontDoorSettings : ISettingsSection
{
    /// <summary><c>loopback</c> or <c>always</c>.</summary>
    [HoconKey("front-door.remote.clients", Words = "loopback|always")]
    public string RemoteClients { get; init; } = "loopback";

    [HoconKey("front-door.max.sessions", Minimum = 1)]
    public int MaxSessions { get; init; }

    [HoconKey("front-door.session.idle.timeout.ms", Minimum = 1)]
    public TimeSpan SessionIdleTimeout { get; init; }

    [HoconKey("front-door.produce.window.bytes", Minimum = 64 * 1024)]
    public int ProduceWindowBytes { get; init; }

    [HoconKey("front-door.fetch.window.bytes", Minimum = 64 * 1024)]
    public int FetchWindowBytes { get; init; }

    [HoconKey("front-door.max.requests.per.session", Minimum = 1)]
    public int MaxRequestsPerSession { get; init; }

    /// <summary>For all sessions together.</summary>
    [HoconKey("front-door.memory.bytes", Minimum = 1024 * 1024)]
    public long MemoryBytes { get; init; }

    [HoconKey("front-door.fetch.max.wait.ms", Minimum = 0)]
    public TimeSpan FetchMaxWait { get; init; }

    [HoconKey("front-door.admin.max.timeout.ms", Minimum = 1)]
    public TimeSpan AdminMaxTimeout { get; init; }
}
