using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Akka.Actor;
using KafkaActors.Client.Supervision;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using static KafkaActors.Client.Consuming.ReaderProtocol;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// Record path 9/9.
/// Reads records of assigned partitions as bytes, in the order of each partition. One reader at a time; positions,
/// pauses and seeks may come from any thread and count from the next record on. Fetching runs ahead and stops at
/// <c>prefetch.bytes</c>, so whoever reads slowly is not flooded.
/// </summary>
public sealed class RecordConsumer : IAsyncDisposable
{
    private readonly FetchBuffer _buffer;
    private readonly ICanTell _actor;
    private readonly ConcurrentDictionary<TopicPartition, PartitionCursor> _cursors = new();
    private FetchedBatch _current;
    private RecordEnumerator _records;
    private TimestampType _timestampType;
    private bool _isInBatch;

    internal RecordConsumer(FetchBuffer buffer, ICanTell actor)
    {
        _buffer = buffer;
        _actor = actor;
    }

    public IReadOnlyCollection<TopicPartition> Assignment => [.. _cursors.Keys];

    /// <summary>Reads these partitions and no others.</summary>
    public void Assign(params IReadOnlyCollection<TopicPartitionStart> partitions)
    {
        foreach (PartitionCursor former in _cursors.Values) former.NextGeneration();
        _cursors.Clear();
        List<Begin> begins = [];
        foreach ((TopicPartition partition, StartOffset start) in partitions)
        {
            var cursor = new PartitionCursor(partition) { Position = start.Offset ?? -1 };
            _cursors[partition] = cursor;
            begins.Add(new Begin(cursor, cursor.NextGeneration(), start));
        }

        Tell(new Assign(begins));
    }

    public void Seek(TopicPartition partition, StartOffset start)
    {
        PartitionCursor cursor = Cursor(partition);
        int generation = cursor.NextGeneration();
        cursor.Position = start.Offset ?? -1;
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

    /// <summary>The next record, if it is here already.</summary>
    /// <exception cref="PartitionException">A partition cannot be read; the error says why. Others go on.</exception>
    public bool TryRead(out FetchedRecord record)
    {
        while (true)
        {
            if (_isInBatch && TryReadFromBatch(out record)) return true;
            if (!_buffer.TryTake(out FetchedBatch next))
            {
                record = default;
                return false;
            }

            Enter(next);
        }
    }

    /// <summary>Waits until <see cref="TryRead"/> may have a record; false when the consumer was closed.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        _isInBatch ? ValueTask.FromResult(true) : _buffer.WaitAsync(cancellationToken);

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
        child.Stop();
        await child.Ended.ConfigureAwait(false);
    }

    internal bool IsAssigned(TopicPartition partition) => _cursors.ContainsKey(partition);

    private void Tell(object message) => _actor.Tell(message, ActorRefs.NoSender);

    private void Enter(in FetchedBatch next)
    {
        if (next.Generation != next.Cursor.Generation) return;
        if (next.Error is not null) throw next.Error;
        if (next.Batch.Attributes.IsControl)
        {
            next.Cursor.Position = next.Batch.NextOffset;
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
            cursor.Position = _records.Current.Offset + 1;
            return true;
        }

        // Compaction may have removed the last records of a batch; the position goes past them all the same.
        if (cursor.Generation == _current.Generation) cursor.Position = _current.Batch.NextOffset;
        _isInBatch = false;
        _current = default;
        record = default;
        return false;
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
