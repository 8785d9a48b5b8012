namespace KafkaActors.Broker.Configuration;

/// <summary>
/// How many threads each kind of work may have, beside <see cref="CleanerSettings.Threads"/>; see
/// <c>src/decisions/0013-every-pool-and-every-budget.md</c>.
/// </summary>
public sealed record PoolSettings : ISettingsSection
{
    private const int MostThreads = 256;

    /// <summary>For each data directory.</summary>
    [HoconKey("num.recovery.threads.per.data.dir", Minimum = 1, Maximum = MostThreads)]
    public int RecoveryThreads { get; init; }

    [HoconKey("num.io.threads", Minimum = 1, Maximum = MostThreads)]
    public int ColdReadThreads { get; init; }

    [HoconKey("background.threads", Minimum = 2, Maximum = MostThreads)]
    public int MaintenanceThreads { get; init; }

    [HoconKey("group.coordinator.threads", Minimum = 1, Maximum = MostThreads)]
    public int GroupLoadingThreads { get; init; }

    [HoconKey("small.write.threads", Minimum = 1, Maximum = MostThreads)]
    public int SmallWriteThreads { get; init; }

    /// <summary>0: half of the processors, at least one.</summary>
    [HoconKey("compression.threads", Minimum = 0, Maximum = MostThreads)]
    public int CompressionThreads { get; init; }

    /// <summary>What each of the compression threads may hold of a batch.</summary>
    [HoconKey("decompressed.batch.max.bytes", Minimum = 1)]
    public int MaxDecompressedBytes { get; init; }

    /// <summary>What the process's thread pool holds ready; 0 leaves it alone.</summary>
    [HoconKey("process.min.threads", Minimum = 0, Maximum = 10_000)]
    public int MinThreads { get; init; }
}
