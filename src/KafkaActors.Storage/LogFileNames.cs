using System.Globalization;
using KafkaActors.Protocol;

namespace KafkaActors.Storage;

/// <summary>
/// The names of Kafka's on-disk layout.
/// <code>
/// in a data directory
///   .lock                              held by the one process that uses the directory
///   .kafka_cleanshutdown               present only after a clean shutdown; deleted at start
///   .reserve                           room that is given up when metadata or a checkpoint finds none, see DiskSpace
///   meta.properties                    whose directory this is, see MetaPropertiesFile
///   recovery-point-offset-checkpoint   per partition: everything below is on the disk and verified
///   replication-offset-checkpoint      per partition: high watermark
///   log-start-offset-checkpoint        per partition: first offset that may be read
///   cleaner-offset-checkpoint          per compacted partition: first offset that compaction has not looked at yet
///   __cluster_metadata-0/              the metadata log of a voter
///   __cluster_metadata-0.acknowledged  how far the voter has acknowledged it
///   TOPIC-PARTITION/                   one partition
///   TOPIC-PARTITION.UUID-delete/       a partition on its way out
///   TOPIC-PARTITION.UUID-stray/        a partition that the metadata does not explain, set aside; see StrayName
/// in a partition's directory
///   partition.metadata                 topic id
///   leader-epoch-checkpoint            first offset of each leader epoch
///   BASEOFFSET.log                     v2 record batches, back to back
///   BASEOFFSET.index                   see OffsetIndex
///   BASEOFFSET.timeindex               see TimeIndex
///   OFFSET.snapshot                    producer state before OFFSET, see ProducerSnapshotFile
///   damage                             what is wrong with the log, see DamageFile
///   BASEOFFSET.log-POSITION.cut        bytes that were taken out of a log from there on, kept for a day
///   *.deleted                          on its way out; *.tmp: a replacement not finished
///   *.cleaned, *.swap                  a compacted segment being written, and taking its place; see SegmentSwap
/// BASEOFFSET and OFFSET are twenty decimal digits.
/// </code>
/// </summary>
internal static class LogFileNames
{
    public const string Log = ".log";
    public const string OffsetIndex = ".index";
    public const string TimeIndex = ".timeindex";
    public const string Snapshot = ".snapshot";
    public const string Deleted = ".deleted";
    public const string Cleaned = ".cleaned";
    public const string Swap = ".swap";
    public const string Temporary = Files.WholeFile.TemporarySuffix;
    public const string Cut = ".cut";
    public const string DeletedDirectory = "-delete";
    public const string StrayDirectory = "-stray";

    public const string Lock = ".lock";
    /// <summary>The topic name of the metadata log: named as a partition, and none; its voter opens it.</summary>
    public const string MetadataTopic = "__cluster_metadata";

    public const string CleanShutdown = ".kafka_cleanshutdown";
    public const string MetaProperties = "meta.properties";
    public const string RecoveryPoints = "recovery-point-offset-checkpoint";
    public const string HighWatermarks = "replication-offset-checkpoint";
    public const string LogStartOffsets = "log-start-offset-checkpoint";
    public const string FirstDirtyOffsets = "cleaner-offset-checkpoint";
    public const string PartitionMetadata = "partition.metadata";
    public const string LeaderEpochs = "leader-epoch-checkpoint";

    private const int OffsetDigits = 20;
    private const int UniqueDigits = 32;
    private const int MaxNameLength = 255;

    public static string ForOffset(long offset, string suffix) =>
        offset.ToString("D20", CultureInfo.InvariantCulture) + suffix;

    public static bool TryParseOffset(string fileName, string suffix, out long offset)
    {
        offset = -1;
        return fileName.Length == OffsetDigits + suffix.Length
            && fileName.EndsWith(suffix, StringComparison.Ordinal)
            && long.TryParse(
                fileName.AsSpan(0, OffsetDigits), NumberStyles.None, CultureInfo.InvariantCulture, out offset);
    }

    /// <summary>Takes the base offset from the name of a segment's log that is on its way out.</summary>
    public static bool TryParseDeleted(string fileName, out long baseOffset)
    {
        baseOffset = -1;
        const int End = OffsetDigits + 4;
        return fileName.Length > End
            && fileName.EndsWith(Deleted, StringComparison.Ordinal)
            && TryParseOffset(fileName[..End], Log, out baseOffset);
    }

    /// <summary>
    /// Whether a partition's directory would be the node's own. No topic is made by such a name; one that an older
    /// version let pass is not opened and not deleted.
    /// </summary>
    public static bool IsOwn(TopicPartition partition) =>
        partition.Topic.Equals(MetadataTopic, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Takes a partition from its directory's name; the last dash separates topic and partition. What does not look
    /// like one, or is the node's own, is left alone by everybody.
    /// </summary>
    public static bool TryParsePartition(string directoryName, out TopicPartition partition)
    {
        partition = default;
        int dash = directoryName.LastIndexOf('-');
        if (dash <= 0 || directoryName.AsSpan(0, dash) is MetadataTopic) return false;
        ReadOnlySpan<char> digits = directoryName.AsSpan(dash + 1);
        if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int number)) return false;
        partition = new TopicPartition(directoryName[..dash], number);
        // "topic-007" is nobody's name for partition 7.
        return partition.ToString() == directoryName;
    }

    /// <summary>A name no other deletion uses; a long topic name is cut to what a file system takes.</summary>
    public static string ForDeletion(TopicPartition partition, Guid unique) =>
        WithSuffix(partition, unique, DeletedDirectory);

    /// <summary>Whether this is what <see cref="ForDeletion"/> gives; a directory of another's is not.</summary>
    public static bool IsForDeletion(string directoryName) => UniqueOf(directoryName, DeletedDirectory) is not null;

    /// <summary><c>TOPIC-PARTITION.UUID</c> and a suffix, the topic's name cut as far as needed.</summary>
    public static string WithSuffix(TopicPartition partition, Guid unique, string suffix)
    {
        string end = string.Create(CultureInfo.InvariantCulture, $"-{partition.Partition}.{unique:N}{suffix}");
        string topic = partition.Topic;
        return topic[..Math.Min(topic.Length, MaxNameLength - end.Length)] + end;
    }

    /// <summary>The unique part of a name from <see cref="WithSuffix"/>; null when it is none.</summary>
    public static Guid? UniqueOf(string directoryName, string suffix)
    {
        if (!directoryName.EndsWith(suffix, StringComparison.Ordinal)) return null;
        int start = directoryName.Length - suffix.Length - UniqueDigits;
        return start > 1 && directoryName[start - 1] == '.'
            && Guid.TryParseExact(directoryName.AsSpan(start, UniqueDigits), "N", out Guid unique)
                ? unique
                : null;
    }
}
