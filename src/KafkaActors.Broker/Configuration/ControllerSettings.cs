namespace KafkaActors.Broker.Configuration;

/// <summary>The timings of the controller, of those who ask it, and of downing.</summary>
public sealed record ControllerSettings : ISettingsSection
{
    [HoconKey("controller.quorum.request.timeout.ms", Minimum = 1)]
    public TimeSpan QuorumRequestTimeout { get; init; }

    [HoconKey("controller.quorum.loss.timeout.ms", Minimum = 1)]
    public TimeSpan QuorumLossTimeout { get; init; }

    [HoconKey("metadata.log.max.entries.between.snapshots", Minimum = 1)]
    public int MaxEntriesBetweenSnapshots { get; init; }

    [HoconKey("controller.retry.backoff.ms", Minimum = 1)]
    public TimeSpan RetryBackoff { get; init; }

    [HoconKey("broker.heartbeat.interval.ms", Minimum = 1)]
    public TimeSpan HeartbeatInterval { get; init; }

    [HoconKey("broker.session.timeout.ms", Minimum = 1)]
    public TimeSpan SessionTimeout { get; init; }

    [HoconKey("broker.disk.stall.timeout.ms", Minimum = 1)]
    public TimeSpan DiskStallTimeout { get; init; }

    [HoconKey("downing.stable.after.ms", Minimum = 1)]
    public TimeSpan DowningStableAfter { get; init; }
}
