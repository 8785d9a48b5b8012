namespace KafkaActors.Broker.Configuration;

/// <summary>How this node runs its logs; what topics inherit stands in <see cref="TopicDefaultSettings"/>.</summary>
public sealed record LogSettings : ISettingsSection
{
    internal const string DirectoriesKey = "log.dirs";

    /// <summary>The data directories. The first is the one that identifies the node.</summary>
    [HoconKey(DirectoriesKey)]
    public IReadOnlyList<string> Directories { get; init; } = [];

    [HoconKey("log.retention.check.interval.ms", Minimum = 1)]
    public TimeSpan RetentionCheckInterval { get; init; }

    [HoconKey("replica.high.watermark.checkpoint.interval.ms", Minimum = 1)]
    public TimeSpan CheckpointInterval { get; init; }

    [HoconKey("producer.id.expiration.ms", Minimum = 1)]
    public TimeSpan ProducerIdExpiration { get; init; }

    [HoconKey("max.producer.ids.per.partition", Minimum = 1)]
    public int MaxProducerIds { get; init; }

    /// <summary>How long a directory is kept that the metadata does not explain.</summary>
    [HoconKey("log.stray.retention.ms", Minimum = 0)]
    public TimeSpan StrayRetention { get; init; }

    /// <summary>How much of each directory's disk is kept back from records; 0 is nothing.</summary>
    [HoconKey("log.reserve.bytes", Minimum = 0)]
    public long ReserveBytes { get; init; }

    [HoconKey("journal.stripes", Minimum = 1, Maximum = 64)]
    public int JournalStripes { get; init; }
}
