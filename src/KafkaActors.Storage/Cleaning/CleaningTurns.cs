namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// Lets one cleaning at a time into a log, and none once the log is closed or deleted: what a cleaning reads and writes
/// lies in a directory that is then another process's, or another topic's. Safe from any thread.
/// </summary>
internal sealed class CleaningTurns
{
    private readonly Lock _gate = new();
    private Action? _stop;
    private Task _ended = Task.CompletedTask;
    private bool _isOver;

    /// <summary>Begins a cleaning, which ends when the turn is disposed; null while another runs, or for good.</summary>
    public Turn? TryBegin(CancellationToken stop)
    {
        lock (_gate)
        {
            if (_isOver || _stop is not null) return null;
            var turn = new Turn(this, stop);
            (_stop, _ended) = (turn.Stop, turn.Ended);
            return turn;
        }
    }

    /// <summary>Lets no cleaning begin any more, stops the one that runs and completes when it has ended.</summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            _isOver = true;
            _stop?.Invoke();
            return _ended;
        }
    }

    /// <summary>One cleaning of the log, which ends when it is disposed, once.</summary>
    internal sealed class Turn(CleaningTurns owner, CancellationToken stop) : IDisposable
    {
        private readonly CancellationTokenSource _stopping = CancellationTokenSource.CreateLinkedTokenSource(stop);
        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>Cancelled when the node stops, and when the log goes.</summary>
        public CancellationToken Stopped => _stopping.Token;

        public Task Ended => _ended.Task;

        /// <summary>Under the owner's lock, in which the turn ends too.</summary>
        public void Stop() => _stopping.Cancel();

        public void Dispose()
        {
            lock (owner._gate)
            {
                owner._stop = null;
                _stopping.Dispose();
            }
            _ended.TrySetResult();
        }
    }
}
