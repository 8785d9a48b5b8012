using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence;
using Akka.Persistence.Journal;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Journal;

/// <summary>
/// Record path 5/9. The Akka.Persistence journal that <em>is</em> the partitions' logs: a persisted
/// <see cref="PartitionAppend"/> becomes its batch's bytes at the end of the log that the persistence id names.
/// Every append is done when <see cref="WriteMessagesAsync"/> returns, at the speed of the page cache: one resequencer
/// serves all partitions of a journal, so nothing here waits for a disk. What goes wrong with one write is that
/// write's rejection; the task never fails, so that no circuit breaker opens for other partitions.
/// The highest sequence number is the log end offset, means nothing outside one incarnation, and nothing is replayed.
/// Owned by Akka.Persistence, one instance for each plugin id of <see cref="PartitionJournalConfig"/>.
/// </summary>
internal sealed class PartitionJournal : AsyncWriteJournal
{
    private readonly PartitionRegistry _partitions = PartitionRegistry.Of(Context.System);

    protected override Task<IImmutableList<Exception?>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        ImmutableList<Exception?>.Builder outcomes = ImmutableList.CreateBuilder<Exception?>();
        foreach (AtomicWrite write in messages) outcomes.Add(Write(write));
        return Task.FromResult<IImmutableList<Exception?>>(outcomes.ToImmutable());
    }

    public override Task<long> ReadHighestSequenceNrAsync(
        string persistenceId, long fromSequenceNr, CancellationToken cancellationToken) =>
        Task.FromResult(_partitions.TryGet(persistenceId, out PartitionHandle? partition)
            ? Math.Max(partition.Log.LogEndOffset, fromSequenceNr)
            : fromSequenceNr);

    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback) => Task.CompletedTask;

    protected override Task DeleteMessagesToAsync(
        string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        Task.FromException(new NotSupportedException(
            $"{persistenceId}: sequence numbers of a partition's journal are not offsets; delete records of the log."));

    private AppendRejectedException? Write(AtomicWrite write)
    {
        foreach (IPersistentRepresentation message in (IEnumerable<IPersistentRepresentation>)write.Payload)
        {
            AppendRejectedException? rejection = Append(write.PersistenceId, message.Payload);
            if (rejection is not null) return rejection;
        }

        return null;
    }

    private AppendRejectedException? Append(string persistenceId, object payload)
    {
        if (payload is not PartitionAppend append)
            return new AppendRejectedException(
                ErrorCode.InvalidRecord, $"{persistenceId}: a {payload.GetType().Name} is no record batch.");
        if (!_partitions.TryGet(persistenceId, out PartitionHandle? partition))
            return new AppendRejectedException(
                ErrorCode.NotLeaderOrFollower, $"{persistenceId} has no log on this node.");
        try
        {
            LogAppendResult result = partition.Log.Append(append.Token, append.Batch, crcVerified: true);
            return result.Error == ErrorCode.None
                ? null
                : new AppendRejectedException(
                    result.Error, $"{partition.Name}: append at {append.Batch.BaseOffset} refused: {result.Error}.");
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            return new AppendRejectedException(ErrorCode.KafkaStorageError, partition.Name.ToString(), exception);
        }
    }
}
