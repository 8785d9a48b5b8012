using KafkaActors.Protocol;

namespace KafkaActors.Storage.Cleaning;

/// <summary>What a cleaning did.</summary>
/// <param name="FirstDirtyOffset">Everything before was compacted earlier.</param>
/// <param name="EndOffset">Everything before is compacted now, if the cleaning is complete.</param>
/// <param name="IsComplete">False when it was stopped, or the log was cut or lost its policy meanwhile.</param>
/// <param name="BytesRead">In both passes.</param>
/// <param name="BytesBefore">The size of the segments that were replaced.</param>
/// <param name="BytesAfter">The size of those that took their place.</param>
public sealed record CleaningReport(
    TopicPartition Name,
    long FirstDirtyOffset,
    long EndOffset,
    bool IsComplete,
    long BytesRead,
    long BytesWritten,
    long BytesBefore,
    long BytesAfter,
    long RecordsKept,
    long RecordsRemoved);
