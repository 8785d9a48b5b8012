namespace KafkaActors.Network;

/// <summary>How connections to brokers are made and kept, and what they may hold.</summary>
public sealed record ConnectionSettings
{
    public required string ClientId { get; init; }

    /// <summary>What brokers are told of the client from ApiVersions v3 on (KIP-511).</summary>
    public string SoftwareName { get; init; } = "kafka-actors";

    public string SoftwareVersion { get; init; } =
        typeof(ConnectionSettings).Assembly.GetName().Version?.ToString(3) ?? "0";

    /// <summary>For the name, the connection, and ApiVersions, together.</summary>
    public TimeSpan SetupTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan ReconnectBackoff { get; init; } = TimeSpan.FromMilliseconds(50);

    public TimeSpan ReconnectBackoffMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// A connection whose oldest request is overdue ends when nothing was heard for so long. A shorter silence ends the
    /// overdue request alone, because others share the connection.
    /// </summary>
    public TimeSpan SilenceLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A connection that was idle for so long is left for a new one. Below the ten minutes after which brokers close
    /// one: a request that crosses with the close would have an unknown outcome.
    /// </summary>
    public TimeSpan MaxIdle { get; init; } = TimeSpan.FromMinutes(9);

    /// <summary>Requests without a response, on one connection.</summary>
    public int MaxInFlight { get; init; } = 100;

    /// <summary>... and bytes of them. One that is greater goes alone.</summary>
    public long MaxInFlightBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Requests that wait for a connection, or for room on it. More are refused.</summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>A longer response ends the connection.</summary>
    public int MaxResponseBytes { get; init; } = 100_000_000;
}
