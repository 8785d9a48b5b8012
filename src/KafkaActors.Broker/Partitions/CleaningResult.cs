using KafkaActors.Storage;
using KafkaActors.Storage.Cleaning;

namespace KafkaActors.Broker.Partitions;

/// <summary>What one round of a cleaner did.</summary>
/// <param name="Report">Of the log that was compacted; null when none was due.</param>
/// <param name="Failed">The logs that could not be looked at or compacted.</param>
internal sealed record CleaningResult(
    CleaningReport? Report, IReadOnlyList<(PartitionLog Log, Exception Cause)> Failed);
