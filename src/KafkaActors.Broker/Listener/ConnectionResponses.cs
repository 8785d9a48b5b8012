using System.Net.Sockets;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Handlers;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// Sends one connection's responses in the order of its requests, whatever order they are answered in, several small
/// ones in one call. Whoever completes the response that is next sends it; one sender at a time. A client that does
/// not read stops its own responses, whose records are not read before the socket takes them, and after the limit of
/// requests under way, or of what their responses hold in memory, its reading. Old records are read on threads that
/// may wait for a disk: never on one that serves sockets or partitions.
/// Owned by its <see cref="KafkaConnection"/>.
/// </summary>
internal sealed class ConnectionResponses(
    Socket socket, int maxRequests, TimeProvider clock, Bulkhead coldReads, HeldResponses held)
{
    /// <summary>
    /// Bytes of unanswered requests past which no further one is read: one connection does not hold everybody's memory.
    /// </summary>
    private const long MostRequestBytes = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<ConnectionRequest> _order = new();
    private TaskCompletionSource? _room;
    private bool _isSending;
    private bool _isHeld;
    private bool _isClosed;
    private long _requestBytes;
    private long _progressAt = clock.GetTimestamp();

    /// <summary>Requests that are not answered.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _order.Count;
        }
    }

    /// <summary>Whether another request may be read.</summary>
    public bool HasRoom
    {
        get
        {
            lock (_lock) return IsRoomy;
        }
    }

    /// <summary>How long the client has taken nothing of responses that others wait for; zero if they do not.</summary>
    public TimeSpan InTheWayFor
    {
        get
        {
            lock (_lock)
            {
                TimeSpan stalled = _isSending ? clock.GetElapsedTime(_progressAt) : TimeSpan.Zero;
                return stalled > FrameArrival.Grace && held.IsWantedByOthers ? stalled : TimeSpan.Zero;
            }
        }
    }

    private bool IsRoomy => _order.Count < maxRequests && _requestBytes < MostRequestBytes && held.HasRoom;

    /// <summary>False when the connection has ended.</summary>
    public bool TryAdd(ConnectionRequest request)
    {
        lock (_lock)
        {
            if (_isClosed) return false;
            _order.Enqueue(request);
            _requestBytes += request.Length;
            return true;
        }
    }

    /// <summary>Completes when there is room, or the connection has ended.</summary>
    public Task RoomAsync()
    {
        lock (_lock)
        {
            if (_isClosed || IsRoomy) return Task.CompletedTask;
            _room = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Lets responses gather, while more requests of the same receive are handled.</summary>
    public void Hold()
    {
        lock (_lock) _isHeld = true;
    }

    public Task ReleaseAsync()
    {
        lock (_lock) _isHeld = false;
        return SendAsync();
    }

    /// <summary>A request is done; see <see cref="SendAsync()"/>.</summary>
    public Task DoneAsync(ConnectionRequest request)
    {
        lock (_lock) held.Add(request.HeldBytes);
        return SendAsync();
    }

    /// <summary>Sends what is due, unless somebody does already. Fails as the socket does.</summary>
    public Task SendAsync()
    {
        lock (_lock)
        {
            if (_isSending || _isHeld || !IsNextDone()) return Task.CompletedTask;
            _isSending = true;
            _progressAt = clock.GetTimestamp();
        }

        return SendDueAsync();
    }

    /// <summary>Whether the client has taken nothing of its response for so long.</summary>
    public bool IsStalled(TimeSpan limit)
    {
        lock (_lock) return _isSending && clock.GetElapsedTime(_progressAt) > limit;
    }

    /// <summary>Whether for so long there was no request to be answered.</summary>
    public bool IsIdle(TimeSpan limit)
    {
        lock (_lock) return _order.Count == 0 && !_isSending && clock.GetElapsedTime(_progressAt) > limit;
    }

    /// <summary>Whether the time of the request that is next is over.</summary>
    public bool IsOverdue()
    {
        lock (_lock) return _order.TryPeek(out ConnectionRequest? next) && clock.GetUtcNow() > next.Deadline;
    }

    /// <summary>Nothing is sent any more; what is done, or under way, is dropped.</summary>
    public void Close()
    {
        TaskCompletionSource? room;
        ConnectionRequest[] left;
        lock (_lock)
        {
            _isClosed = true;
            left = [.. _order];
            _order.Clear();
            room = _room;
        }

        held.Close();
        foreach (ConnectionRequest request in left) request.Drop();
        room?.TrySetResult();
    }

    private async Task SendDueAsync()
    {
        byte[]? chunk = null;
        int charged = 0;
        OutgoingResponse? frame = null;
        int filled = 0;
        try
        {
            while (true)
            {
                frame ??= TakeNext(mayEnd: filled == 0);
                if (frame is null && filled == 0) return;
                if (frame is not null)
                {
                    chunk ??= held.RentChunk(frame.Length, out charged);
                    filled += frame.IsCold
                        ? await CopyColdAsync(frame, chunk.AsMemory(filled)).ConfigureAwait(false)
                        : frame.CopyTo(chunk.AsSpan(filled));
                    if (frame.IsSent)
                    {
                        Release(frame);
                        frame = null;
                        if (filled < chunk.Length) continue;
                    }
                }

                await SendAsync(chunk.AsMemory(0, filled)).ConfigureAwait(false);
                filled = 0;
            }
        }
        finally
        {
            frame?.Release();
            if (chunk is not null) held.ReturnChunk(chunk, charged);
        }
    }

    private Task<int> CopyColdAsync(OutgoingResponse frame, Memory<byte> chunk) =>
        coldReads.Run(() => frame.CopyTo(chunk.Span));

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            lock (_lock) _progressAt = clock.GetTimestamp();
            int sent = await socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false);
            bytes = bytes[sent..];
        }

        lock (_lock) _progressAt = clock.GetTimestamp();
    }

    // The next response that is done; null when there is none. The sender ends only under the lock, or a response that
    // is done at this moment would find nobody to send it.
    private OutgoingResponse? TakeNext(bool mayEnd)
    {
        TaskCompletionSource? room = null;
        OutgoingResponse? next = null;
        lock (_lock)
        {
            while (next is null && IsNextDone()) next = Dequeue();
            if (next is null && mayEnd) _isSending = false;
            if (_room is not null && IsRoomy) (room, _room) = (_room, null);
        }

        room?.TrySetResult();
        return next;
    }

    private void Release(OutgoingResponse sent)
    {
        int bytes = sent.HeldBytes;
        sent.Request?.Mark(RequestStage.Sent);
        sent.Release();
        lock (_lock) held.Remove(bytes);
    }

    private OutgoingResponse? Dequeue()
    {
        ConnectionRequest request = _order.Dequeue();
        _requestBytes -= request.Length;
        return request.TakeResponse();
    }

    private bool IsNextDone() => !_isHeld && _order.TryPeek(out ConnectionRequest? next) && next.IsDone;
}
