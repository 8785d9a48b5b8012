namespace KafkaActors.Protocol.Records;

/// <summary>What a topic asks of the batches that clients append to it; the defaults are Kafka's.</summary>
public sealed record RecordBatchRules
{
    /// <summary>
    /// Half of what our consumers open (<see cref="RecordEnumerator.DefaultMaxDecompressedBytes"/>), and 64 times
    /// Kafka's greatest batch.
    /// </summary>
    public const int DefaultMaxDecompressedBytes = 64 * 1024 * 1024;

    /// <summary><c>max.message.bytes</c>: the greatest batch, header included, as it arrives.</summary>
    public int MaxMessageBytes { get; init; } = 1_048_588;

    /// <summary>
    /// <c>message.timestamp.type</c>; with an append time the producer's timestamps are not looked at.
    /// </summary>
    public TimestampType TimestampType { get; init; } = TimestampType.CreateTime;

    /// <summary>
    /// <c>message.timestamp.before.max.ms</c>: how far behind the leader's clock a timestamp may be, inclusive.
    /// </summary>
    public long TimestampBeforeMaxMs { get; init; } = long.MaxValue;

    /// <summary>
    /// <c>message.timestamp.after.max.ms</c>: how far ahead of the leader's clock a timestamp may be, inclusive.
    /// </summary>
    public long TimestampAfterMaxMs { get; init; } = 3_600_000;

    /// <summary>
    /// What the records of a compressed batch may take, decompressed; never less than <see cref="MaxMessageBytes"/>.
    /// Ours: Kafka decompresses whatever comes.
    /// </summary>
    public int MaxDecompressedBytes { get; init; } = DefaultMaxDecompressedBytes;

    /// <summary><c>cleanup.policy</c> contains <c>compact</c>: every record needs a key.</summary>
    public bool IsCompacted { get; init; }
}
