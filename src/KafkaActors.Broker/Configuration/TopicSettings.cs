namespace KafkaActors.Broker.Configuration;

/// <summary>How topics come and go when the request does not say.</summary>
public sealed record TopicSettings : ISettingsSection
{
    [HoconKey("auto.create.topics.enable")]
    public bool AutoCreate { get; init; }

    [HoconKey("delete.topic.enable")]
    public bool DeleteEnabled { get; init; }

    [HoconKey("num.partitions", Minimum = 1)]
    public int DefaultPartitions { get; init; }

    [HoconKey("default.replication.factor", Minimum = 1, Maximum = short.MaxValue)]
    public int DefaultReplicationFactor { get; init; }
}
