namespace KafkaActors.Broker.Configuration;

/// <summary>
/// How this node compacts its logs; what topics inherit stands in <see cref="TopicDefaultSettings"/>.
/// </summary>
public sealed record CleanerSettings : ISettingsSection
{
    private const long LeastKeyMapBytes = 1024 * 1024;

    [HoconKey("log.cleaner.enable")]
    public bool IsEnabled { get; init; }

    [HoconKey("log.cleaner.threads", Minimum = 1, Maximum = 256)]
    public int Threads { get; init; }

    [HoconKey("log.cleaner.dedupe.buffer.size", Minimum = LeastKeyMapBytes)]
    public long KeyMapBytes { get; init; }

    [HoconKey("log.cleaner.io.buffer.load.factor", Minimum = 0, Maximum = 1)]
    public double KeyMapLoadFactor { get; init; }

    [HoconKey("log.cleaner.io.max.bytes.per.second", Minimum = 1)]
    public double MaxBytesPerSecond { get; init; }

    [HoconKey("log.cleaner.backoff.ms", Minimum = 1)]
    public TimeSpan Backoff { get; init; }

    /// <summary>Each thread's part of the key maps' memory.</summary>
    public long KeyMapBytesOfThread => KeyMapBytes / Threads;

    /// <exception cref="InvalidSettingException">No key would fit.</exception>
    public void Check()
    {
        if (KeyMapBytesOfThread < LeastKeyMapBytes)
        {
            throw new InvalidSettingException(
                "kafka-actors.log.cleaner.dedupe.buffer.size is too small; expected 1 MiB for each of "
                + $"log.cleaner.threads = {Threads}");
        }

        if (KeyMapLoadFactor < 0.01)
        {
            throw new InvalidSettingException(
                "kafka-actors.log.cleaner.io.buffer.load.factor is too small; expected 0.01 to 1");
        }
    }
}
