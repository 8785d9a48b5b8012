namespace KafkaActors.Broker.Configuration;

/// <summary>The doors of a node: where each listens, and under which name it is told to others.</summary>
public sealed record ListenerSettings : ISettingsSection
{
    [HoconKey("listeners.open.timeout.ms", Minimum = 0)]
    public TimeSpan OpenTimeout { get; init; }

    [HoconKey("listeners.host")]
    public string Host { get; init; } = "";

    [HoconKey("listeners.advertised.host")]
    public string? AdvertisedHost { get; init; }

    [HoconKey("listeners.akka.host")]
    public string? AkkaHost { get; init; }

    [HoconKey("listeners.akka.port", Minimum = 0, Maximum = 65535)]
    public int AkkaPort { get; init; }

    [HoconKey("listeners.akka.advertised.port", Minimum = 0, Maximum = 65535)]
    public int AkkaAdvertisedPort { get; init; }

    [HoconKey("listeners.kafka.host")]
    public string? KafkaHost { get; init; }

    [HoconKey("listeners.kafka.port", Minimum = 0, Maximum = 65535)]
    public int KafkaPort { get; init; }

    [HoconKey("listeners.command.host")]
    public string? CommandHost { get; init; }

    [HoconKey("listeners.command.port", Minimum = 0, Maximum = 65535)]
    public int CommandPort { get; init; }

    [HoconKey("listeners.http.host")]
    public string? HttpHost { get; init; }

    [HoconKey("listeners.http.port", Minimum = 0, Maximum = 65535)]
    public int HttpPort { get; init; }

    internal void Check()
    {
        string name = AdvertisedHost ?? AkkaHost ?? Host;
        if (!IsWildcard(name)) return;
        throw new InvalidSettingException(
            $"{name} is every interface and no name to be reached by; say how others reach this node with "
            + "kafka-actors.listeners.advertised.host = NAME, or listen on one interface with --host NAME");
    }

    internal static bool IsWildcard(string host) => host is "0.0.0.0" or "::" or "[::]" or "*" or "+" or "";
}
