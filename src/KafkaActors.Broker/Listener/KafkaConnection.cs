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

    private readonly Socket _socket;
    private readonly BoundListener _listener;
    private readonly KafkaDoorServices _services;
    private readonly FrameBuffer _frames;
    private readonly FrameArrival _arrival;
    private readonly ConnectionMemory _memory;
    private readonly ConnectionResponses _responses;
    private readonly CancellationTokenSource _gone = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile ClientSoftware _software = ClientSoftware.Unknown;
    private int _isBroken;

    public KafkaConnection(Socket socket, BoundListener listener, KafkaDoorServices services)
    {
        _socket = socket;
        _listener = listener;
        _services = services;
        _frames = new FrameBuffer(new FrameLimits(
            services.Settings.SocketRequestMaxBytes, services.Settings.SocketRequestWithoutRecordsMaxBytes));
        _arrival = new FrameArrival(services.Clock);
        Gone = _gone.Token;
        Appends = new AppendLane(services.Compression, services.Clock, Gone);
        RemoteEndPoint = socket.RemoteEndPoint as IPEndPoint;
        IPAddress address = RemoteEndPoint?.Address ?? IPAddress.None;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        ClientHost = $"/{address}";
        _memory = new ConnectionMemory(services.Memory, address);
        _responses = new ConnectionResponses(
            socket,
            services.Settings.MaxRequestsPerConnection,
            services.Clock,
            services.ColdReads,
            new HeldResponses(services.Responses.Open(address)));
    }

    private enum Wants
    {
        Bytes,
        Memory,
        Room,
    }

    /// <summary>How long the client has not gone on with what others wait for; zero if they do not.</summary>
    public TimeSpan InTheWayFor
    {
        get
        {
            TimeSpan sending = _memory.IsWantedByOthers && _arrival.IsSlow ? _arrival.SilentFor : TimeSpan.Zero;
            TimeSpan reading = _responses.InTheWayFor;
            return sending > reading ? sending : reading;
        }
    }

    public string ClientHost { get; }

    /// <summary>As its last ApiVersions request had it. Any thread.</summary>
    public ClientSoftware ClientSoftware
    {
        get => _software;
        set => _software = value;
    }

    public TimeProvider Clock => _services.Clock;

    public string ListenerName => _listener.Name;

    public AppendLane Appends { get; }

    /// <summary>Completes when nothing reads or handles for it any more.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What its requests hold.</summary>
    internal ConnectionMemory Memory => _memory;

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
        else if (_frames.IsWithinFrame && _arrival.SilentFor > settings.SocketStallTimeout)
            Break(new TimeoutException("the client has sent no more of a request for socket.stall.timeout.ms"));
        else if (_arrival.SilentFor > settings.ConnectionsMaxIdle && _responses.IsIdle(settings.ConnectionsMaxIdle))
            EndIdle();
    }

    /// <summary>Ends it if others still wait for the memory of a request that comes too slowly.</summary>
    public void GiveWay()
    {
        if (InTheWayFor > TimeSpan.Zero)
            Break(new TimeoutException("others wait for the memory of a request or response that did not go on"));
    }

    private void EndIdle()
    {
        if (Interlocked.Exchange(ref _isBroken, 1) == 0) _services.Log.Idle(RemoteEndPoint);
        Close();
    }

    /// <summary>The node closes its door.</summary>
    public void Leave() => Close();

    /// <summary>A request of this connection has its answer, or will have none.</summary>
    internal void Done(ConnectionRequest request)
    {
        Watch(_responses.DoneAsync(request));
        if (IsBroken) request.TakeResponse()?.Release();
    }

    internal void GiveBack(RequestCharge charge) => _memory.GiveBack(charge);

    private async Task ReadAsync()
    {
        // A client that says nothing costs no buffer.
        _arrival.Waiting();
        await _socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);
        int atOnce = 0;
        while (!IsBroken)
        {
            switch (HandleReceived(out FrameStart next))
            {
                case Wants.Memory:
                    await _memory.CoverAsync(next, _frames.Needed(next.Length), Gone).ConfigureAwait(false);
                    break;
                case Wants.Room:
                    await _responses.RoomAsync().ConfigureAwait(false);
                    break;
                default:
                    ValueTask<int> receiving = ReadMoreAsync();
                    atOnce = receiving.IsCompleted ? atOnce + 1 : 0;
                    int received = await receiving.ConfigureAwait(false);
                    _arrival.Received(received);
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
        _arrival.Waiting();
        return _socket.ReceiveAsync(_frames.Free, SocketFlags.None);
    }

    // Handles every request that is whole, and says what it takes to go on.
    private Wants HandleReceived(out FrameStart next)
    {
        _responses.Hold();
        try
        {
            using (Turn.Begin()) return HandleWhole(out next);
        }
        finally
        {
            Watch(_responses.ReleaseAsync());
        }
    }

    private Wants HandleWhole(out FrameStart next)
    {
        while (_frames.TryPeek(out next) && !IsBroken)
        {
            // One that has begun holds memory, and does not wait for its client to read.
            if (!_frames.IsWithinLarge && !_responses.HasRoom) return Wants.Room;
            if (!_memory.TryCover(next, _frames.Needed(next.Length))) return Wants.Memory;
            if (!_frames.TryTake(next, out ReceivedFrame frame)) return Wants.Bytes;
            _arrival.Begin();
            Handle(frame, _memory.Detach());
        }

        return Wants.Bytes;
    }

    private void Handle(ReceivedFrame frame, RequestCharge charge)
    {
        IApiHandler handler;
        IRequestMessage? message;
        IResponseMessage? refusal;
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

            message = ReadOrRefuse(handler, api, header, ref reader, out refusal);
            request = new ConnectionRequest(this, header, frame, charge)
            {
                AnswerVersion = ApiHandlers.AnswerVersion(api, header),
            };
            request.Mark(RequestStage.Received);
        }
        catch
        {
            GiveBack(charge);
            frame.Release(mayReuse: true);
            throw;
        }

        if (!_responses.TryAdd(request)) request.Drop();
        else if (message is not null) Handle(handler, message, request);
        else request.Respond(refusal!);
    }

    /// <returns>Null where there is a refusal instead.</returns>
    private static IRequestMessage? ReadOrRefuse(
        IApiHandler handler, ApiDescription api, RequestHeader header, ref ProtocolReader reader,
        out IResponseMessage? refusal)
    {
        refusal = null;
        try
        {
            return ApiHandlers.Read(api, header, ref reader);
        }
        catch (Protocol.Wire.ProtocolViolationException fault)
        {
            refusal = handler.RefusalOf(fault);
            if (refusal is null) throw;
            return null;
        }
    }

    private static void Handle(IApiHandler handler, IRequestMessage message, ConnectionRequest request)
    {
        if (!handler.KeepsBytes) request.ReleaseBytes();
        try
        {
            request.Mark(RequestStage.Handled);
            handler.Handle(message, request);
            request.Mark(RequestStage.LocalDone);
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
        _memory.Release();
        _socket.Dispose();
        _gone.Cancel();
    }
}
