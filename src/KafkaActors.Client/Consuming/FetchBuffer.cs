using System.Diagnostics.CodeAnalysis;
using Akka.Actor;

namespace KafkaActors.Client.Consuming;

/// <summary>
/// What was fetched ahead, in the order it came. The consumer's actor puts in and fetches no more while there are
/// <c>prefetch.bytes</c>; one reader takes out, and wakes the actor when there is room again. News of a rebalance goes
/// before all batches. Thread-safe.
/// </summary>
internal sealed class FetchBuffer(int limitBytes)
{
    private readonly Lock _gate = new();
    private readonly Queue<FetchedBatch> _batches = [];
    private readonly Queue<RebalanceNews> _news = [];
    private IActorRef _actor = ActorRefs.Nobody;
    private TaskCompletionSource<bool>? _reader;
    private long _bytes;
    private bool _isActorWaiting;
    private bool _isClosed;
    private int _newsCount;

    public ReadingActivity Activity { get; } = new();

    /// <summary>Without a lock: it is asked before every record.</summary>
    public bool HasNews => Volatile.Read(ref _newsCount) > 0;

    public void Attach(IActorRef actor) => _actor = actor;

    /// <summary>Room for another fetch; when there is none, the actor is woken once there is.</summary>
    /// <param name="reservedBytes">What fetches under way may bring.</param>
    public long RoomOrWait(long reservedBytes)
    {
        lock (_gate)
        {
            long room = limitBytes - _bytes - reservedBytes;
            if (_bytes + reservedBytes == 0) return limitBytes;
            _isActorWaiting = room <= 0;
            return Math.Max(0, room);
        }
    }

    public void Put(in FetchedBatch batch)
    {
        TaskCompletionSource<bool>? reader;
        lock (_gate)
        {
            _batches.Enqueue(batch);
            _bytes += batch.Batch.SizeInBytes;
            reader = _reader;
            _reader = null;
        }

        reader?.TrySetResult(true);
    }

    public void Tell(RebalanceNews news)
    {
        TaskCompletionSource<bool>? reader;
        lock (_gate)
        {
            _news.Enqueue(news);
            Volatile.Write(ref _newsCount, _news.Count);
            reader = _reader;
            _reader = null;
        }

        reader?.TrySetResult(true);
    }

    public bool TryTakeNews([NotNullWhen(true)] out RebalanceNews? news)
    {
        lock (_gate)
        {
            bool any = _news.TryDequeue(out news);
            Volatile.Write(ref _newsCount, _news.Count);
            return any;
        }
    }

    public bool TryTake(out FetchedBatch batch)
    {
        bool wake;
        lock (_gate)
        {
            if (!_batches.TryDequeue(out batch)) return false;
            _bytes -= batch.Batch.SizeInBytes;
            wake = _isActorWaiting && _bytes <= limitBytes / 2;
            if (wake) _isActorWaiting = false;
        }

        if (wake) _actor.Tell(ConsumerActor.Room.Instance);
        return true;
    }

    /// <summary>True when there is something to take; false when nothing will come any more.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_batches.Count + _news.Count > 0) return ValueTask.FromResult(true);
            if (_isClosed) return ValueTask.FromResult(false);
            _reader ??= new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask<bool>(_reader.Task.WaitAsync(cancellationToken));
        }
    }

    public void Close()
    {
        TaskCompletionSource<bool>? reader;
        lock (_gate)
        {
            _isClosed = true;
            reader = _reader;
            _reader = null;
        }

        reader?.TrySetResult(false);
    }
}
