namespace KafkaActors.Broker.Configuration;

/// <summary>The doors for Kafka clients and what one client may ask of them.</summary>
public sealed record KafkaListenerSettings : ISettingsSection
{
    /// <summary>
    /// NAME://host:port, several; empty for one PLAINTEXT at <see cref="ListenerSettings"/>'s address.
    /// </summary>
    [HoconKey("kafka.listeners")]
    public IReadOnlyList<string> Listeners { get; init; } = [];

    /// <summary>
    /// NAME://host:port as clients reach them, for the listeners that are reached under another address.
    /// </summary>
    [HoconKey("kafka.advertised.listeners")]
    public IReadOnlyList<string> AdvertisedListeners { get; init; } = [];

    /// <summary>NAME:PROTOCOL, several. What is not named is plain text.</summary>
    [HoconKey("listener.security.protocol.map")]
    public IReadOnlyList<string> SecurityProtocolMap { get; init; } = [];

    /// <summary>Serves no more than this release of Apache Kafka has: for tests of clients.</summary>
    [HoconKey("served.release", Words = "current|2.1|3.0|4.1")]
    public string ServedRelease { get; init; } = "current";

    [HoconKey("inter.broker.listener.name")]
    public string? InterBrokerListenerName { get; init; }

    [HoconKey("max.connections", Minimum = 1)]
    public int MaxConnections { get; init; }

    [HoconKey("connections.max.idle.ms", Minimum = 1)]
    public TimeSpan ConnectionsMaxIdle { get; init; }

    [HoconKey("socket.stall.timeout.ms", Minimum = 1)]
    public TimeSpan SocketStallTimeout { get; init; }

    [HoconKey("socket.request.max.bytes", Minimum = 1024)]
    public int SocketRequestMaxBytes { get; init; }

    [HoconKey("socket.request.without.records.max.bytes", Minimum = 1024)]
    public int SocketRequestWithoutRecordsMaxBytes { get; init; }

    [HoconKey("max.requests.per.connection", Minimum = 1)]
    public int MaxRequestsPerConnection { get; init; }

    /// <summary>For all connections together.</summary>
    [HoconKey("queued.max.request.bytes", Minimum = 1024 * 1024)]
    public long QueuedMaxRequestBytes { get; init; }

    /// <inheritdoc cref="QueuedMaxRequestBytes"/>
    [HoconKey("queued.max.request.objects.bytes", Minimum = 1024 * 1024)]
    public long QueuedMaxRequestObjectsBytes { get; init; }

    /// <inheritdoc cref="QueuedMaxRequestBytes"/>
    [HoconKey("queued.max.response.bytes", Minimum = 1024 * 1024)]
    public long QueuedMaxResponseBytes { get; init; }

    [HoconKey("fetch.max.bytes", Minimum = 1024)]
    public int FetchMaxBytes { get; init; }

    [HoconKey("max.incremental.fetch.session.cache.slots", Minimum = 0)]
    public int FetchSessionSlots { get; init; }
}
