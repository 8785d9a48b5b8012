using KafkaActors.Protocol;

namespace KafkaActors.Storage;

/// <summary>
/// Moves the starts of many logs with one rewrite of their directory's checkpoint. Each start is on the disk before it
/// is visible. A checkpoint that cannot be written refuses the deletion and does a log no harm: nothing of it changed.
/// </summary>
public static class RecordTrimming
{
    /// <summary>
    /// For each log in its turn: OffsetOutOfRange beyond the high watermark, NotLeaderOrFollower for a stale token,
    /// KafkaStorageError when the disk fails. Blocks on the disk.
    /// </summary>
    public static IReadOnlyList<ErrorCode> Run(IReadOnlyList<RecordTrim> trims)
    {
        var errors = new ErrorCode[trims.Count];
        var due = new List<int>(trims.Count);
        for (int i = 0; i < trims.Count; i++)
        {
            errors[i] = trims[i].Log.BeginTrim(trims[i], out bool isNeeded);
            if (isNeeded) due.Add(i);
        }
        foreach (IGrouping<LogServices, int> directory in due.GroupBy(i => trims[i].Log.State.Services))
        {
            bool isSaved = TrySave(directory.Key, [.. directory.Select(i => trims[i])]);
            foreach (int i in directory)
                errors[i] = isSaved ? trims[i].Log.FinishTrim(trims[i]) : ErrorCode.KafkaStorageError;
        }
        return errors;
    }

    private static bool TrySave(LogServices services, IReadOnlyList<RecordTrim> trims)
    {
        try
        {
            services.Checkpoints.SaveLogStarts(trims);
            return true;
        }
        catch (Exception e) when (LogState.IsDiskFault(e))
        {
            // Told by the answer; a start that was noted and is not visible stays as good as none.
            return false;
        }
    }
}
