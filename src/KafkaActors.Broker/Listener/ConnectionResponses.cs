using System.Buffers;
using System.Net.Sockets;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// Sends one connection's responses in the order of its requests, whatever order they are answered in, several small
/// ones in one call. Whoever completes the response that is next sends it; one sender at a time. A client that does
/// not read stops its own responses, which hold one chunk in memory between them, and after the limit of requests
/// under way its reading. Owned by its <see cref="KafkaConnection"/>.
/// </summary>
internal sealed class ConnectionResponses(Socket socket, int maxRequests, TimeProvider clock)
{
    private const int LeastChunk = 4 * 1024;
    private const int MostChunk = 128 * 1024;

    private readonly Lock _lock = new();
    private readonly Queue<ConnectionRequest> _order = new();
    private TaskCompletionSource? _room;
    private bool _isSending;
    private bool _isHeld;
    private bool _isClosed;
    private long _progressAt;

    /// <summary>Requests that are not answered.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _order.Count;
        }
    }

    /// <summary>Whether another request may be read.</summary>
    public bool HasRoom => Count < maxRequests;

    public void Add(ConnectionRequest request)
    {
        lock (_lock) _order.Enqueue(request);
    }

    /// <summary>Completes when there is room, or the connection has ended.</summary>
    public Task RoomAsync()
    {
        lock (_lock)
        {
            if (_isClosed || _order.Count < maxRequests) return Task.CompletedTask;
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

    /// <summary>Whether the time of the request that is next is over.</summary>
    public bool IsOverdue()
    {
        lock (_lock)
        {
            return _order.TryPeek(out ConnectionRequest? next) && next.Deadline is { } deadline
                && clock.GetUtcNow() > deadline;
        }
    }

    /// <summary>Nothing is sent any more; what is done, or comes to be, is dropped.</summary>
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

        foreach (ConnectionRequest request in left) request.TakeResponse()?.Release();
        room?.TrySetResult();
    }

    private async Task SendDueAsync()
    {
        byte[]? chunk = null;
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
                    chunk ??= ArrayPool<byte>.Shared.Rent((int)Math.Clamp(frame.Length, LeastChunk, MostChunk));
                    filled += frame.CopyTo(chunk.AsSpan(filled));
                    if (frame.IsSent)
                    {
                        frame.Release();
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
            if (chunk is not null) ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            int sent = await socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false);
            bytes = bytes[sent..];
            lock (_lock) _progressAt = clock.GetTimestamp();
        }
    }

    // The next response that is done; null when there is none. The sender ends only under the lock, or a response that
    // is done at this moment would find nobody to send it.
    private OutgoingResponse? TakeNext(bool mayEnd)
    {
        TaskCompletionSource? room = null;
        OutgoingResponse? next = null;
        lock (_lock)
        {
            while (next is null && IsNextDone()) next = _order.Dequeue().TakeResponse();
            if (next is null && mayEnd) _isSending = false;
            if (_room is not null && _order.Count < maxRequests) (room, _room) = (_room, null);
        }

        room?.TrySetResult();
        return next;
    }

    private bool IsNextDone() => !_isHeld && _order.TryPeek(out ConnectionRequest? next) && next.IsDone;
}
