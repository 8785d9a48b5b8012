using KafkaActors.Network.Versions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network;

/// <summary>
/// One connection to a broker that has said what it speaks: requests leave in the order given, as many at a time as the
/// limits allow, and the responses come in that order. Whoever gives a request while nobody writes is the writer until
/// nothing is left to write; one loop reads. A fault of the stream, of a frame, or a response to something else ends
/// the connection, because what follows it could not be trusted: requests under way fail with an unknown outcome.
/// A request that cannot be written fails alone. Any thread may use it.
/// </summary>
internal sealed class BrokerConnection(
    OpenedConnection opened, BrokerAddress endpoint, ConnectionSettings settings, TimeProvider time,
    IConnectionOwner owner)
{
    /// <summary>Frames that are gathered for one write; the last may go beyond it.</summary>
    private const int GatheredBytes = 128 * 1024;

    /// <summary>Receives that may go on without a break: a broker that always has sent more keeps no thread.</summary>
    private const int MaxReceivesAtOnce = 16;

    private readonly Lock _gate = new();
    private readonly Stream _stream = opened.Stream;

    // The five below belong to the gate.
    private readonly RequestsUnderWay _underWay = new(settings.MaxInFlight, settings.MaxInFlightBytes);
    private Queue<BrokerRequest> _waiting = [];
    private bool _isWriting;
    private string? _endedBecause;

    /// <summary>Being written, and done with once they are.</summary>
    private readonly List<BrokerRequest> _withoutResponse = [];

    /// <summary>Belongs to the writer.</summary>
    private int _lastCorrelationId;

    private long _lastHeard = time.GetTimestamp();

    public BrokerVersions Versions => opened.Versions;

    public bool IsIdle
    {
        get
        {
            lock (_gate) return !_isWriting && _waiting.Count + _underWay.Count == 0;
        }
    }

    public int Pending
    {
        get
        {
            lock (_gate) return _waiting.Count + _underWay.Count;
        }
    }

    /// <summary>How long nothing has come from the broker.</summary>
    public TimeSpan SilentFor => time.GetElapsedTime(Volatile.Read(ref _lastHeard));

    /// <param name="waiting">What has waited for the connection, which owns the queue from now on.</param>
    public void Adopt(Queue<BrokerRequest> waiting)
    {
        lock (_gate) _waiting = waiting;
    }

    public void Start()
    {
        _ = ReadToEndAsync();
        WriteWaiting();
    }

    /// <summary>
    /// Takes the request, which leaves with the next <see cref="WriteWaiting"/>. False when the connection has ended:
    /// the request is the caller's again.
    /// </summary>
    public bool TryAdd(BrokerRequest request)
    {
        lock (_gate)
        {
            if (_endedBecause is not null) return false;
            _waiting.Enqueue(request);
            return true;
        }
    }

    /// <summary>Writes what waits and has room, unless somebody does. Never waits.</summary>
    public void WriteWaiting()
    {
        lock (_gate)
        {
            if (_isWriting || _waiting.Count == 0 || !_underWay.HasRoom || _endedBecause is not null) return;
            _isWriting = true;
        }

        _ = WriteAllAsync();
    }

    /// <summary>Fails what is overdue, and ends a connection that has fallen silent.</summary>
    public void Sweep(long now)
    {
        List<BrokerRequest> overdue = [];
        bool isSilent;
        lock (_gate)
        {
            overdue.AddRange(_waiting.Where(request => request.Deadline <= now));
            overdue.AddRange(_withoutResponse.Where(request => request.Deadline <= now));
            _underWay.AddOverdue(now, overdue);
            BrokerRequest? oldest = _underWay.Oldest ?? _withoutResponse.FirstOrDefault();
            isSilent = oldest?.Deadline <= now
                && time.GetElapsedTime(oldest.SentAt, now) > settings.SilenceLimit;
        }

        foreach (BrokerRequest request in overdue) request.Fail(Overdue(request));
        if (isSilent && SilentFor > settings.SilenceLimit)
            End($"nothing was heard for {settings.SilenceLimit.TotalSeconds:0.#} s.");
    }

    /// <summary>Ends the connection; the first reason is the one that is told.</summary>
    public void End(string reason)
    {
        List<BrokerRequest> lost = [];
        BrokerRequest[] unsent;
        lock (_gate)
        {
            if (_endedBecause is not null) return;
            _endedBecause = reason;
            _underWay.MoveTo(lost);
            lost.AddRange(_withoutResponse);
            unsent = [.. _waiting.Where(request => !request.IsDone)];
            _waiting.Clear();
        }

        _stream.Dispose();
        foreach (BrokerRequest request in lost) request.Fail(Lost(reason));
        owner.Ended(this, reason, unsent);
    }

    private BrokerFault Overdue(BrokerRequest request) => new(
        ErrorCode.RequestTimedOut,
        $"{endpoint} did not answer within {request.Timeout.TotalSeconds:0.###} s.",
        IsOutcomeUnknown: request.SentAt != 0);

    private BrokerFault Lost(string reason) => new(
        ErrorCode.NetworkException, $"the connection to {endpoint} was lost: {reason}", IsOutcomeUnknown: true);

    private async Task WriteAllAsync()
    {
        try
        {
            using var frames = new ProtocolWriter();
            while (Gather(frames))
            {
                await FrameOutput.WriteAsync(_stream, frames).ConfigureAwait(false);
                frames.Clear();
                CompleteWithoutResponse();
            }
        }
        catch (Exception fault)
        {
            End(WordFor(fault));
        }
    }

    /// <summary>Writes the frames of what waits; false when there is none, and this writer is done.</summary>
    private bool Gather(ProtocolWriter frames)
    {
        while (frames.TotalLength < GatheredBytes)
        {
            BrokerRequest? next;
            lock (_gate)
            {
                bool mayGo = _endedBecause is null && _underWay.HasRoom && _waiting.TryPeek(out _);
                if (!mayGo) _isWriting = frames.Length > 0;
                if (!mayGo) return _isWriting;
                next = _waiting.Dequeue();
            }

            if (next.IsDone || !TryWrite(next, frames)) continue;
            if (!TrySend(next)) return false;
        }

        return true;
    }

    /// <summary>False when the connection has ended.</summary>
    private bool TrySend(BrokerRequest request)
    {
        lock (_gate)
        {
            if (_endedBecause is null)
            {
                request.SentAt = time.GetTimestamp();
                if (request.HasResponse) _underWay.Add(request);
                else AddWithoutResponse(request);
                return true;
            }
        }

        request.Fail(Lost(_endedBecause) with { IsOutcomeUnknown = false });
        return false;
    }

    private void AddWithoutResponse(BrokerRequest request)
    {
        _withoutResponse.Add(request);
        _underWay.AddWithoutResponse(request.CorrelationId);
    }

    /// <summary>False when the request has failed, alone.</summary>
    private bool TryWrite(BrokerRequest request, ProtocolWriter frames)
    {
        int start = frames.Length;
        long before = frames.TotalLength;
        try
        {
            if (!Versions.TryChoose(request.Message, out short version, out string? lacks))
            {
                request.Fail(new BrokerFault(ErrorCode.UnsupportedVersion, lacks));
                return false;
            }

            (request.Version, request.CorrelationId) = (version, ++_lastCorrelationId);
            IRequestMessage message = MessageShapes.Older(request.Message, version);
            RequestFrame.Write(frames, message, version, request.CorrelationId, settings.ClientId);
            request.Bytes = frames.TotalLength - before;
            return true;
        }
        catch (Exception fault) when (fault is InvalidOperationException or ArgumentException or OverflowException)
        {
            frames.Rewind(start);
            request.Fail(new BrokerFault(
                ErrorCode.InvalidRequest, $"the {request.Message.Api} request cannot be written: {fault.Message}."));
            return false;
        }
    }

    private void CompleteWithoutResponse()
    {
        BrokerRequest[] written;
        lock (_gate)
        {
            if (_endedBecause is not null || _withoutResponse.Count == 0) return;
            written = [.. _withoutResponse];
            _withoutResponse.Clear();
        }

        foreach (BrokerRequest request in written) request.Answer(null);
    }

    private async Task ReadToEndAsync()
    {
        var input = new ResponseBuffer(settings.MaxResponseBytes);
        try
        {
            await ReadAsync(input).ConfigureAwait(false);
            End("the broker closed it.");
        }
        catch (Exception fault)
        {
            End(WordFor(fault));
        }
        finally
        {
            input.Release();
        }
    }

    private async Task ReadAsync(ResponseBuffer input)
    {
        int atOnce = 0;
        while (true)
        {
            ValueTask<int> receiving = _stream.ReadAsync(input.Free);
            atOnce = receiving.IsCompleted ? atOnce + 1 : 0;
            int received = await receiving.ConfigureAwait(false);
            if (received == 0) return;
            Volatile.Write(ref _lastHeard, time.GetTimestamp());
            input.Received(received);
            while (input.TryTake(out ReceivedResponse response)) Complete(response);
            if (atOnce < MaxReceivesAtOnce) continue;
            atOnce = 0;
            await Task.Yield();
        }
    }

    private void Complete(ReceivedResponse response)
    {
        BrokerRequest? request;
        lock (_gate)
        {
            if (_endedBecause is not null) return;
            request = _underWay.Take(response.CorrelationId);
        }

        WriteWaiting();
        if (request?.IsDone != false) return;
        try
        {
            ApiMessages.TryGet((short)request.Message.Api, out ApiDescription? api);
            IResponseMessage message = response.Read(api!, request.Version);
            request.Answer(MessageShapes.Newer(request.Message, message, request.Version));
        }
        catch (ProtocolViolationException fault)
        {
            request.Fail(Lost(WordFor(fault)));
            throw;
        }
    }

    private static string WordFor(Exception fault) => fault is ProtocolViolationException
        ? $"it does not speak Kafka's protocol ({fault.Message})."
        : (fault.InnerException ?? fault).Message;
}
