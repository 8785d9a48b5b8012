using KafkaActors.Protocol;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>
/// Renames partitions' directories, so that their names are free and a restart does not find them: many together, with
/// one flush of the data directory and one rewrite of its checkpoints. Nothing of this needs room on the disk but the
/// checkpoints, and those can wait. A system that renames no directory with open files (Windows) is given time until
/// the last reader has let go; the files of the logs themselves are closed first.
/// </summary>
internal sealed class PartitionRenames(LogServices services, string root)
{
    /// <summary>Completes when the directories are renamed and that is on the disk; with what went wrong.</summary>
    public Task<IReadOnlyDictionary<TopicPartition, Exception>> Begin(IReadOnlyList<PartitionRename> renames)
    {
        foreach (LogSegment segment in renames.SelectMany(rename => rename.Segments))
        {
            segment.EndWriting();
            segment.File.Retire();
        }
        var run = new Run(services, root);
        if (!services.Background.Post(() => run.Do(renames))) run.Cancel();
        return run.Done;
    }

    private sealed class Run(LogServices services, string root)
    {
        private readonly TaskCompletionSource<IReadOnlyDictionary<TopicPartition, Exception>> _done =
            new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Dictionary<TopicPartition, Exception> _faults = [];

        public Task<IReadOnlyDictionary<TopicPartition, Exception>> Done => _done.Task;

        public void Cancel() => _done.TrySetCanceled();

        public void Do(IReadOnlyList<PartitionRename> renames)
        {
            var inUse = new List<PartitionRename>();
            foreach (PartitionRename rename in renames)
            {
                if (!TryMove(rename)) inUse.Add(rename);
            }
            FlushRoot(renames);
            Forget(renames);
            if (inUse.Count == 0)
            {
                _done.TrySetResult(_faults);
                return;
            }
            Task released = Task.WhenAll(inUse.Select(rename => rename.Released));
            SegmentDeletion.After(released, services, () => Do(inUse));
        }

        /// <summary>False when a reader stands in the way.</summary>
        private bool TryMove(PartitionRename rename)
        {
            try
            {
                services.Files.MoveDirectory(
                    Path.Combine(root, rename.Name.ToString()), Path.Combine(root, rename.Target));
                return true;
            }
            catch (IOException) when (!rename.Released.IsCompleted)
            {
                return false;
            }
            catch (Exception e) when (LogState.IsDiskFault(e))
            {
                _faults[rename.Name] = e;
                return true;
            }
        }

        private void FlushRoot(IReadOnlyList<PartitionRename> renames)
        {
            try
            {
                services.Files.FlushDirectory(root);
            }
            catch (Exception e) when (LogState.IsDiskFault(e))
            {
                foreach (PartitionRename rename in renames) _faults.TryAdd(rename.Name, e);
            }
        }

        private void Forget(IReadOnlyList<PartitionRename> renames)
        {
            try
            {
                services.Checkpoints.Remove([.. renames.Select(rename => rename.Name)]);
            }
            catch (Exception e) when (LogState.IsDiskFault(e))
            {
                // They are written again from time to time, and before a partition of one of these names begins.
            }
        }
    }
}
