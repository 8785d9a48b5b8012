using System.Net;
using System.Net.Sockets;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Listener;

/// <summary>
/// What a session is for a client actor, this is for a Kafka client: one connection, a loop that reads requests and
/// hands them to their handlers, many under way at a time, and the responses in order. What one receive brings is
/// handled in one <see cref="Turn"/>, and what is answered in it leaves in one send. A fault in the framing, of the
/// socket or of a handler ends the connection, because nothing after it could be trusted; a request that was handed
/// over goes on without it. Every wait is bounded: by the sweep of the <see cref="KafkaDoor"/> or by the request's
/// own time.
/// </summary>
// Requests that outlive the connection still hold its token; without a timer its source has nothing to dispose of.
#pragma warning disable CA1001 // see above
internal sealed class KafkaConnection
#pragma warning restore CA1001
{
    /// <summary>Receives that may go on without a break: a client that always has sent more keeps no thread.</summary>
    private const int MaxReceivesAtOnce = 16;

    /// <summary>The read loop is busy, or waits for this node and not for its client.</summary>
    private const long NotWaiting = -1;

    private readonly Socket _socket;
    private readonly BoundListener _listener;
    private readonly KafkaDoorServices _services;
    private readonly FrameBuffer _frames;
    private readonly ConnectionResponses _responses;
    private readonly CancellationTokenSource _gone = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _waitsSince = NotWaiting;
    private int _granted;
    private int _isBroken;

    public KafkaConnection(Socket socket, BoundListener listener, KafkaDoorServices services)
    {
        _socket = socket;
        _listener = listener;
        _services = services;
        _frames = new FrameBuffer(services.Settings.SocketRequestMaxBytes);
        _responses = new ConnectionResponses(
            socket, services.Settings.MaxRequestsPerConnection, services.Clock, services.ColdReads);
        Gone = _gone.Token;
        Appends = new AppendLane(services.Compression, services.Clock, Gone);
        RemoteEndPoint = socket.RemoteEndPoint as IPEndPoint;
        ClientHost = $"/{(RemoteEndPoint?.Address is { IsIPv4MappedToIPv6: true } mapped
            ? mapped.MapToIPv4()
            : RemoteEndPoint?.Address)}";
    }

    private enum Wants
    {
        Bytes,
        Memory,
        Room,
    }

    public string ClientHost { get; }

    public string ListenerName => _listener.Name;

    public AppendLane Appends { get; }

    /// <summary>Completes when nothing reads or handles for it any more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Canceled when the client has gone, or was cut off.</summary>
    public CancellationToken Gone { get; }

    private IPEndPoint? RemoteEndPoint { get; }

    private bool IsBroken => Volatile.Read(ref _isBroken) != 0;

    /// <summary>Serves the client until it leaves or something breaks. Never fails.</summary>
    public async Task RunAsync()
    {
        try
        {
            await ReadAsync().ConfigureAwait(false);
            // A client that asks for no answer leaves when it has sent its last batch.
            await Appends.WhenIdle().WaitAsync(Gone).ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            Break(cause);
        }
        finally
        {
            Close();
            _frames.Release();
            GiveBack(_granted);
            _ended.SetResult();
        }
    }

    /// <summary>Ends the connection; the first cause is the one that is told. Any thread.</summary>
    public void Break(Exception cause)
    {
        if (Interlocked.Exchange(ref _isBroken, 1) == 0) _services.Log.Ended(RemoteEndPoint, cause);
        Close();
    }

    /// <summary>Ends it when its client has been silent, or has not gone on, for too long.</summary>
    public void Sweep()
    {
        KafkaListenerSettings settings = _services.Settings;
        if (_responses.IsStalled(settings.SocketStallTimeout))
            Break(new TimeoutException("the client has taken nothing of its response for socket.stall.timeout.ms"));
        else if (_responses.IsOverdue())
            Break(new TimeoutException("a request was not answered in its time"));
        else if (_frames.IsWithinFrame && IsSilent(settings.SocketStallTimeout))
            Break(new TimeoutException("the client has sent no more of a request for socket.stall.timeout.ms"));
        else if (IsSilent(settings.ConnectionsMaxIdle) && _responses.IsIdle(settings.ConnectionsMaxIdle))
            Break(new TimeoutException("nothing was heard for connections.max.idle.ms"));
    }

    /// <summary>The node closes its door.</summary>
    public void Leave() => Close();

    /// <summary>A request of this connection has its answer, or will have none.</summary>
    internal void Done(ConnectionRequest request)
    {
        Watch(_responses.DoneAsync(request));
        if (IsBroken) request.TakeResponse()?.Release();
    }

    internal void GiveBack(int heldBytes) => _services.Memory.GiveBack(heldBytes);

    private async Task ReadAsync()
    {
        int atOnce = 0;
        while (!IsBroken)
        {
            switch (HandleReceived(out int wanted))
            {
                case Wants.Memory:
                    await _services.Memory.TakeAsync(wanted, Gone).ConfigureAwait(false);
                    _granted = wanted;
                    break;
                case Wants.Room:
                    await _responses.RoomAsync().ConfigureAwait(false);
                    break;
                default:
                    ValueTask<int> receiving = ReadMoreAsync();
                    atOnce = receiving.IsCompleted ? atOnce + 1 : 0;
                    int received = await receiving.ConfigureAwait(false);
                    Volatile.Write(ref _waitsSince, NotWaiting);
                    if (received == 0) return;
                    _frames.Received(received);
                    if (atOnce < MaxReceivesAtOnce) break;
                    atOnce = 0;
                    await Task.Yield();
                    break;
            }
        }
    }

    private ValueTask<int> ReadMoreAsync()
    {
        _frames.MakeRoom();
        Volatile.Write(ref _waitsSince, _services.Clock.GetTimestamp());
        return _socket.ReceiveAsync(_frames.Free, SocketFlags.None);
    }

    private bool IsSilent(TimeSpan limit)
    {
        long since = Volatile.Read(ref _waitsSince);
        return since != NotWaiting && _services.Clock.GetElapsedTime(since) > limit;
    }

    // Handles every request that is whole, and says what it takes to go on.
    private Wants HandleReceived(out int wanted)
    {
        _responses.Hold();
        try
        {
            using (Turn.Begin()) return HandleWhole(out wanted);
        }
        finally
        {
            Watch(_responses.ReleaseAsync());
        }
    }

    private Wants HandleWhole(out int wanted)
    {
        while (_frames.TryPeekLength(out wanted) && !IsBroken)
        {
            if (!_responses.HasRoom) return Wants.Room;
            if (_granted == 0 && _frames.IsDue(wanted))
            {
                if (!_services.Memory.TryTake(wanted)) return Wants.Memory;
                _granted = wanted;
            }

            if (!_frames.TryTake(wanted, out ReceivedFrame frame)) return Wants.Bytes;
            _granted = 0;
            Handle(frame);
        }

        return Wants.Bytes;
    }

    private void Handle(ReceivedFrame frame)
    {
        IApiHandler handler;
        IRequestMessage message;
        ConnectionRequest request;
        try
        {
            var reader = new ProtocolReader(frame.Bytes);
            RequestHeader header = RequestHeader.Read(ref reader);
            handler = _services.Handlers.Find(header, out ApiDescription api);
            if (handler.KeepsBytes)
            {
                // The records are slices of the frame: it is made to last before they are read.
                int body = reader.Position;
                frame.Keep();
                reader = new ProtocolReader(frame.Bytes[body..]);
            }

            message = ApiHandlers.Read(api, header, ref reader);
            request = new ConnectionRequest(this, header, frame)
            {
                AnswerVersion = ApiHandlers.AnswerVersion(api, header),
            };
        }
        catch
        {
            GiveBack(frame.Length);
            frame.Release(mayReuse: true);
            throw;
        }

        if (_responses.TryAdd(request)) Handle(handler, message, request);
        else request.Drop();
    }

    private static void Handle(IApiHandler handler, IRequestMessage message, ConnectionRequest request)
    {
        if (!handler.KeepsBytes) request.ReleaseBytes();
        try
        {
            handler.Handle(message, request);
        }
        catch (Exception cause)
        {
            request.Fail(cause);
        }
    }

    private void Watch(Task sending)
    {
        if (!sending.IsCompletedSuccessfully) _ = BreakWithAsync(sending);
    }

    private async Task BreakWithAsync(Task sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            Break(cause);
        }
    }

    private void Close()
    {
        Volatile.Write(ref _isBroken, 1);
        _responses.Close();
        _socket.Dispose();
        _gone.Cancel();
    }
}
