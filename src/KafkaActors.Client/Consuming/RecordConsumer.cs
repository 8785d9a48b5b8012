using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Akka.Actor;
using KafkaActors.Client.Supervision;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using static KafkaActors.Client.Consuming.ReaderProtocol;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// Record path 9/9.
/// Reads records as bytes, in the order of each partition: of partitions it was assigned, or of topics it shares with
/// the other members of its group. One reader at a time; positions, pauses, seeks and commits may come from any thread
/// and count from the next record on. Fetching runs ahead and stops at <c>prefetch.bytes</c>, so whoever reads slowly
/// is not flooded. Asking for the next record says that the last one is done with.
/// </summary>
public sealed class RecordConsumer : IAsyncDisposable
{
    private readonly FetchBuffer _buffer;
    private readonly ICanTell _actor;
    private readonly bool _marksConsumed;
    private readonly ConcurrentDictionary<TopicPartition, PartitionCursor> _cursors = new();
    private IRebalanceListener? _listener;
    private volatile bool _isSubscribed;
    private FetchedBatch _current;
    private RecordEnumerator _records;
    private TimestampType _timestampType;
    private bool _isInBatch;

    /// <param name="marksConsumed">False for a reader that says itself when records are done with.</param>
    internal RecordConsumer(FetchBuffer buffer, ICanTell actor, bool marksConsumed = true)
    {
        _buffer = buffer;
        _actor = actor;
        _marksConsumed = marksConsumed;
    }

    public IReadOnlyCollection<TopicPartition> Assignment => [.. _cursors.Keys];

    /// <summary>
    /// Joins the group <c>group.id</c> and reads whatever of these topics it is given; ends a former subscription or
    /// assignment. Without a group the next read throws <see cref="ErrorCode.InvalidGroupId"/>.
    /// </summary>
    /// <param name="listener">Hears of the partitions that come and go.</param>
    public void Subscribe(TopicSubscription topics, IRebalanceListener? listener = null)
    {
        if (!_cursors.IsEmpty && !_isSubscribed) Assign([]);
        _listener = listener;
        _isSubscribed = true;
        Tell(new Subscribe(topics));
    }

    /// <summary>Leaves the group; what it was given is revoked first.</summary>
    public void Unsubscribe() => Tell(ReaderProtocol.Unsubscribe.Instance);

    /// <summary>Commits where reading stands in every partition.</summary>
    /// <inheritdoc cref="CommitAsync(IReadOnlyDictionary{TopicPartition,OffsetAndMetadata},CancellationToken)"/>
    public Task CommitAsync(CancellationToken cancellationToken = default)
    {
        // Who commits what was read has consumed it: an automatic commit that follows must not fall behind.
        PartitionCursor[] read = [.. _cursors.Values.Where(cursor => cursor.Position >= 0)];
        foreach (PartitionCursor cursor in read) cursor.Consumed = cursor.Position;
        return CommitAsync(
            read.ToDictionary(cursor => cursor.Name, cursor => new OffsetAndMetadata(cursor.Position)),
            cancellationToken);
    }

    /// <summary>Commits these offsets, in the order of the calls. Errors that pass are waited out.</summary>
    /// <exception cref="CommitException">Some could not be committed.</exception>
    public async Task CommitAsync(
        IReadOnlyDictionary<TopicPartition, OffsetAndMetadata> offsets, CancellationToken cancellationToken = default)
    {
        if (offsets.Count == 0) return;
        foreach ((TopicPartition partition, OffsetAndMetadata committed) in offsets)
            NoteDone(partition, committed.Offset);
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Tell(new Commit(offsets, done));
        Task ended = (_actor as ClientChild)?.Ended ?? done.Task;
        await Task.WhenAny(done.Task, ended).WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!done.Task.IsCompleted) done.TrySetException(CommitException.Of(offsets.Keys, ErrorCode.NetworkException));
        await done.Task.ConfigureAwait(false);
    }

    /// <summary>Reads these partitions and no others; ends a subscription.</summary>
    public void Assign(params IReadOnlyCollection<TopicPartitionStart> partitions)
    {
        _isSubscribed = false;
        DropAll();
        List<Begin> begins = [];
        foreach ((TopicPartition partition, StartOffset start) in partitions)
        {
            var cursor = new PartitionCursor(partition);
            cursor.MoveTo(start.Offset ?? -1);
            _cursors[partition] = cursor;
            begins.Add(new Begin(cursor, cursor.NextGeneration(), start));
        }

        Tell(new Assign(begins));
    }

    public void Seek(TopicPartition partition, StartOffset start)
    {
        PartitionCursor cursor = Cursor(partition);
        int generation = cursor.NextGeneration();
        cursor.MoveTo(start.Offset ?? -1);
        Tell(new Seek(new Begin(cursor, generation, start)));
    }

    /// <summary>No records of this partition until <see cref="Resume"/>; what was fetched ahead is dropped.</summary>
    public void Pause(TopicPartition partition)
    {
        PartitionCursor cursor = Cursor(partition);
        Tell(new Pause(partition, cursor.NextGeneration(), cursor.Position));
    }

    public void Resume(TopicPartition partition) => Tell(new Resume(Cursor(partition).Name));

    /// <summary>The offset after the last record read; -1 while it is being looked up.</summary>
    public long Position(TopicPartition partition) => Cursor(partition).Position;

    /// <summary>The high watermark as of the last fetch that brought something; -1 before.</summary>
    public long HighWatermark(TopicPartition partition) => Cursor(partition).HighWatermark;

    /// <summary>How many offsets lie between the position and the high watermark; -1 before that is known.</summary>
    public long Lag(TopicPartition partition) => Cursor(partition).Lag;

    /// <summary>
    /// The next record, if it is here already. False as well when the group has news, which
    /// <see cref="WaitToReadAsync"/> takes.
    /// </summary>
    /// <exception cref="PartitionException">A partition cannot be read; the error says why. Others go on.</exception>
    public bool TryRead(out FetchedRecord record)
    {
        _buffer.Activity.NoteRead();
        while (!_buffer.HasNews)
        {
            if (_isInBatch && TryReadFromBatch(out record)) return true;
            if (!_buffer.TryTake(out FetchedBatch next)) break;
            Enter(next);
        }

        record = default;
        return false;
    }

    /// <summary>
    /// Waits until <see cref="TryRead"/> may have a record; false when the consumer was closed. Tells the listener of a
    /// subscription what has become of its partitions.
    /// </summary>
    /// <exception cref="KafkaException">The group refuses this member; the error says why.</exception>
    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            while (TryBeginNews(out RebalanceNews? news))
                await HearAsync(news, cancellationToken).ConfigureAwait(false);
            if (_isInBatch) return true;
            bool isOpen = await WaitForBufferAsync(cancellationToken).ConfigureAwait(false);
            if (!isOpen || !_buffer.HasNews) return isOpen;
        }
    }

    /// <summary>Records until cancelled or closed.</summary>
    /// <inheritdoc cref="TryRead"/>
    public async IAsyncEnumerable<FetchedRecord> ReadAllAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryRead(out FetchedRecord record)) yield return record;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _buffer.Close();
        if (_actor is not ClientChild child) return;
        child.Tell(ConsumerProtocol.Close.Instance, ActorRefs.NoSender);
        await child.Ended.ConfigureAwait(false);
    }

    internal bool IsAssigned(TopicPartition partition) => _cursors.ContainsKey(partition);

    /// <summary>The application is done with all that was read of the partition.</summary>
    internal void MarkConsumed(TopicPartition partition)
    {
        if (_cursors.TryGetValue(partition, out PartitionCursor? cursor)) cursor.Consumed = cursor.Position;
    }

    /// <summary>The next news, if there is any: from here on nothing is read of partitions that are going.</summary>
    internal bool TryBeginNews([NotNullWhen(true)] out RebalanceNews? news)
    {
        if (!_buffer.TryTakeNews(out news)) return false;
        foreach (PartitionCursor cursor in news.Cursors)
        {
            if (news is RebalanceNews.Assigned) Enter(cursor);
            else cursor.NextGeneration();
            if (news is RebalanceNews.Lost) Leave(cursor);
            if (news is RebalanceNews.Revoked && _marksConsumed) cursor.Consumed = cursor.Position;
        }

        return true;
    }

    /// <summary>The application has heard of it.</summary>
    internal void EndNews(RebalanceNews news)
    {
        if (news is not RebalanceNews.Revoked revoked) return;
        foreach (PartitionCursor cursor in revoked.Cursors) Leave(cursor);
        Tell(new LetGo(revoked));
    }

    /// <summary>Who commits says that it is done; an automatic commit must not take that back.</summary>
    private void NoteDone(TopicPartition partition, long offset)
    {
        if (!_cursors.TryGetValue(partition, out PartitionCursor? cursor)) return;
        if (offset > cursor.Consumed && offset <= cursor.Position) cursor.Consumed = offset;
    }

    private void Enter(PartitionCursor cursor)
    {
        if (_isSubscribed) _cursors[cursor.Name] = cursor;
    }

    /// <summary>The partition may have been assigned anew meanwhile, with another cursor.</summary>
    private void Leave(PartitionCursor cursor) => _cursors.TryRemove(KeyValuePair.Create(cursor.Name, cursor));

    private async ValueTask<bool> WaitForBufferAsync(CancellationToken cancellationToken)
    {
        _buffer.Activity.IsWaiting = true;
        try
        {
            return await _buffer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _buffer.Activity.IsWaiting = false;
        }
    }

    private async ValueTask HearAsync(RebalanceNews news, CancellationToken cancellationToken)
    {
        TopicPartition[] partitions = [.. news.Cursors.Select(cursor => cursor.Name)];
        try
        {
            ValueTask heard = news switch
            {
                RebalanceNews.Failed failed => throw failed.Error,
                RebalanceNews.Assigned => _listener?.PartitionsAssignedAsync(partitions, cancellationToken) ?? default,
                RebalanceNews.Lost => _listener?.PartitionsLostAsync(partitions, cancellationToken) ?? default,
                _ => _listener?.PartitionsRevokedAsync(partitions, cancellationToken) ?? default,
            };
            await heard.ConfigureAwait(false);
        }
        finally
        {
            EndNews(news);
        }
    }

    private void DropAll()
    {
        foreach (PartitionCursor former in _cursors.Values) former.NextGeneration();
        _cursors.Clear();
    }

    private void Tell(object message) => _actor.Tell(message, ActorRefs.NoSender);

    private void Enter(in FetchedBatch next)
    {
        if (next.Generation != next.Cursor.Generation) return;
        if (next.Error is not null) throw next.Error;
        if (next.Batch.Attributes.IsControl)
        {
            Pass(next.Cursor, next.Batch.NextOffset);
            return;
        }

        try
        {
            _records = new RecordEnumerator(next.Batch);
        }
        catch (CorruptRecordException fault)
        {
            throw new PartitionException(next.Cursor.Name, fault.Error, fault.Message, fault);
        }

        _current = next;
        _timestampType = next.Batch.Attributes.TimestampType;
        _isInBatch = true;
    }

    private bool TryReadFromBatch(out FetchedRecord record)
    {
        PartitionCursor cursor = _current.Cursor;
        while (cursor.Generation == _current.Generation && MoveNext())
        {
            if (_records.Current.Offset < _current.FromOffset) continue;
            record = new FetchedRecord(cursor.Name, _timestampType, _records.Current);
            if (_marksConsumed) cursor.Consumed = _records.Current.Offset;
            cursor.Position = _records.Current.Offset + 1;
            return true;
        }

        // Compaction may have removed the last records of a batch; the position goes past them all the same.
        if (cursor.Generation == _current.Generation) Pass(cursor, _current.Batch.NextOffset);
        _isInBatch = false;
        _current = default;
        record = default;
        return false;
    }

    private void Pass(PartitionCursor cursor, long offset)
    {
        cursor.Position = offset;
        if (_marksConsumed) cursor.Consumed = offset;
    }

    private bool MoveNext()
    {
        try
        {
            return _records.MoveNext();
        }
        catch (CorruptRecordException fault)
        {
            _isInBatch = false;
            throw new PartitionException(_current.Cursor.Name, fault.Error, fault.Message, fault);
        }
    }

    private PartitionCursor Cursor(TopicPartition partition) =>
        _cursors.TryGetValue(partition, out PartitionCursor? cursor)
            ? cursor
            : throw new InvalidOperationException($"{partition} is not assigned to this consumer.");
}
