using System.Globalization;

namespace KafkaActors.Storage;

/// <summary>
/// Where a log begins, when its checkpoint and its files do not agree. Neither moves the start over records that are
/// there. A start is never above the high watermark, which is saved first; one that is, is not believed. A log ends
/// below its start only after a power cut that took records which were not on the disk yet, when they had all been
/// deleted, or while it was being begun anew, which takes recovery point and high watermark back to 0 first. Then it
/// begins at its start, and what lies below is set aside.
/// </summary>
internal sealed class LogStart(string directory, LogOffsets checkpoints, LogDamages damages)
{
    /// <param name="firstBase">Where the first segment begins.</param>
    /// <param name="evidence">Where the log began when its leader epochs were last written.</param>
    /// <param name="deleted">The base offsets of segments that this node was deleting itself.</param>
    public long Judge(long firstBase, long logEnd, long evidence, IReadOnlyCollection<long> deleted)
    {
        if (checkpoints.LogStart > logEnd) return Beyond(firstBase, logEnd);
        long known = Math.Max(checkpoints.LogStart, evidence);
        bool isExplained = firstBase <= known || deleted.Any(offset => offset >= known && offset < firstBase);
        if (!isExplained) TellOfMissing(known, firstBase);
        return checkpoints.LogStart;
    }

    private long Beyond(long firstBase, long logEnd)
    {
        bool wasBeginningAnew = checkpoints.LogStart <= checkpoints.HighWatermark
            || checkpoints is { Flushed: 0, HighWatermark: 0 };
        damages.Add(new LogDamage
        {
            Kind = LogDamageKind.Contradiction,
            Path = Path.Combine(Path.GetDirectoryName(directory)!, LogFileNames.LogStartOffsets),
            What = string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetFileName(directory)} is said to begin at {checkpoints.LogStart}, behind its end {logEnd}"),
            Outcome = wasBeginningAnew
                ? "the log begins anew there, its segments are set aside"
                : string.Create(CultureInfo.InvariantCulture, $"not believed: the log begins at {firstBase}"),
            FirstOffset = firstBase,
            EndOffset = logEnd,
            Remedy = "check the disk; delete records anew if some below the log's start were deleted before",
        });
        return wasBeginningAnew ? checkpoints.LogStart : firstBase;
    }

    private void TellOfMissing(long known, long firstBase) => damages.Add(new LogDamage
    {
        Kind = LogDamageKind.Missing,
        Path = Path.Combine(directory, LogFileNames.ForOffset(known, LogFileNames.Log)),
        What = "the first segments of the log are gone, and this node did not delete them",
        Outcome = string.Create(CultureInfo.InvariantCulture, $"the log begins at {firstBase}"),
        FirstOffset = known,
        EndOffset = firstBase,
        Remedy = "stop the node and restore the files, or take the records from another replica or a backup",
    });
}
