using Akka.Actor;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Moves the starts of led logs. Each is durable before it is answered, and all that are asked for while one round runs
/// share the next: a request for thousands of partitions rewrites a checkpoint a few times, and holds up others that
/// wait for a small write no longer than that. The writer token refuses it when the leadership has ended meanwhile.
/// One for each ActorSystem; safe from any thread.
/// </summary>
internal sealed class RecordDeletions(Bulkhead writes) : IExtension
{
    private const long ToHighWatermark = -1;

    private readonly Lock _gate = new();
    private List<Asked> _waiting = [];
    private bool _isRunning;

    public static RecordDeletions Of(ActorSystem system) =>
        system.WithExtension<RecordDeletions, RecordDeletionsProvider>();

    public Task<PartitionProtocol.RecordsDeleted> Start(
        PartitionLog log, WriterToken token, PartitionProtocol.DeleteRecords delete)
    {
        var asked = new Asked(log, token, delete);
        lock (_gate)
        {
            _waiting.Add(asked);
            if (_isRunning) return asked.Done.Task;
            _isRunning = true;
        }

        if (!writes.Post(RunAll)) asked.Done.TrySetCanceled();
        return asked.Done.Task;
    }

    private void RunAll()
    {
        while (TakeWaiting() is { } round) Run(round);
    }

    private List<Asked>? TakeWaiting()
    {
        lock (_gate)
        {
            List<Asked> round = _waiting;
            _isRunning = round.Count > 0;
            if (!_isRunning) return null;
            _waiting = [];
            return round;
        }
    }

    private static void Run(List<Asked> round)
    {
        try
        {
            IReadOnlyList<ErrorCode> errors = RecordTrimming.Run([.. round.Select(asked => asked.Trim)]);
            foreach ((Asked asked, ErrorCode error) in round.Zip(errors)) asked.Done.TrySetResult(asked.Answer(error));
        }
        catch (Exception cause) when (cause is not OutOfMemoryException)
        {
            foreach (Asked asked in round) asked.Done.TrySetException(cause);
        }
    }

    private sealed class Asked(PartitionLog log, WriterToken token, PartitionProtocol.DeleteRecords delete)
    {
        public TaskCompletionSource<PartitionProtocol.RecordsDeleted> Done { get; } =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public RecordTrim Trim => new(
            log,
            token,
            delete.BeforeOffset == ToHighWatermark ? log.View.HighWatermark : delete.BeforeOffset);

        public PartitionProtocol.RecordsDeleted Answer(ErrorCode error) => new(
            delete.CorrelationId, delete.Partition, error, error == ErrorCode.None ? log.LogStartOffset : -1);
    }
}
