using KafkaActors.Network.Versions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network;

/// <summary>
/// Requests to one broker, whatever becomes of the connections to it: opened when a request comes, one at a time;
/// requests wait for it in the order given, within their own time. One that is lost fails the requests under way and
/// is opened again after a pause if others wait. Any thread may use it.
/// <code>
/// Resting    -> Connecting   a request comes, or the pause after a loss is over and requests wait
/// Connecting -> Connected    the broker has said which versions it speaks
/// Connecting -> Resting      it cannot be met: the waiting requests fail, and a pause begins
/// Connected  -> Resting      the connection ends: those under way fail, those not sent wait, and a pause begins
/// </code>
/// </summary>
public sealed class BrokerLink : IConnectionOwner, IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromMilliseconds(100);

    private readonly ConnectionSettings _settings;
    private readonly TimeProvider _time;
    private readonly ConnectionOpener _opener;
    private readonly CancellationTokenSource _closing = new();
    private readonly ITimer _sweep;
    private readonly ITimer _pause;
    private readonly Lock _gate = new();

    // All below belong to the gate.
    private readonly ReconnectBackoff _backoff;
    private Queue<BrokerRequest> _waiting = [];
    private BrokerConnection? _connection;
    private bool _isConnecting;
    private bool _isPausing;
    private bool _isSweeping;
    private bool _isRetired;
    private long _retiresUntil = long.MaxValue;
    private string? _closedBecause;

    /// <param name="random">For the pauses before a reconnection.</param>
    public BrokerLink(
        BrokerAddress endpoint, IStreamOpener streams, ConnectionSettings settings, TimeProvider time, Random random)
    {
        Endpoint = endpoint;
        _settings = settings;
        _time = time;
        _opener = new ConnectionOpener(endpoint, streams, settings, time);
        _backoff = new ReconnectBackoff(settings.ReconnectBackoff, settings.ReconnectBackoffMax, random);
        _sweep = time.CreateTimer(_ => Sweep(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _pause = time.CreateTimer(_ => EndPause(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public BrokerAddress Endpoint { get; }

    /// <summary>What the broker speaks; null while there is no connection.</summary>
    public BrokerVersions? Versions
    {
        get
        {
            lock (_gate) return _connection?.Versions;
        }
    }

    /// <summary>Whether no request waits or is under way.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_gate) return _waiting.Count == 0 && _connection?.IsIdle != false;
        }
    }

    /// <summary>Takes the request; what becomes of it, it is told itself.</summary>
    public void Send(BrokerRequest request)
    {
        request.Deadline = _time.GetTimestamp() + (long)(request.Timeout.TotalSeconds * _time.TimestampFrequency);
        LeaveIdle();
        BrokerFault? refusal;
        BrokerConnection? connection = null;
        bool connect = false;
        lock (_gate)
        {
            refusal = Refusal();
            if (refusal is null) connect = Add(request, out connection);
        }

        if (refusal is not null) request.Fail(refusal);
        else if (connect) _ = ConnectAsync();
        else connection?.WriteWaiting();
    }

    /// <summary>The response; null for a request that has none.</summary>
    /// <exception cref="BrokerException">There is none, and it says why.</exception>
    public Task<IResponseMessage?> AskAsync(IRequestMessage message, TimeSpan timeout)
    {
        var request = new AwaitedRequest(message, timeout);
        Send(request);
        return request.Response;
    }

    /// <summary>Takes no more requests, and closes when those it has are done with, or the grace is over.</summary>
    public void Retire(TimeSpan grace)
    {
        lock (_gate)
        {
            _isRetired = true;
            _retiresUntil = _time.GetTimestamp() + (long)(grace.TotalSeconds * _time.TimestampFrequency);
            BeginSweeping();
        }

        if (IsIdle) Close("it is not needed any more.");
    }

    /// <summary>Ends the connection; every request that is not answered fails.</summary>
    public void Close(string reason)
    {
        BrokerRequest[] waiting;
        BrokerConnection? connection;
        lock (_gate)
        {
            if (_closedBecause is not null) return;
            _closedBecause = reason;
            waiting = [.. _waiting];
            _waiting.Clear();
            (connection, _connection) = (_connection, null);
        }

        _closing.Cancel();
        _sweep.Dispose();
        _pause.Dispose();
        foreach (BrokerRequest request in waiting) request.Fail(Closed(reason));
        connection?.End(reason);
        _closing.Dispose();
    }

    public void Dispose() => Close("the client is closing.");

    void IConnectionOwner.Ended(
        BrokerConnection connection, string reason, IReadOnlyCollection<BrokerRequest> unsent)
    {
        bool isClosed;
        lock (_gate)
        {
            isClosed = _closedBecause is not null;
            if (!isClosed)
            {
                _waiting = new Queue<BrokerRequest>([.. unsent, .. _waiting]);
                // One that was left because it was idle is not followed by a pause.
                if (_connection == connection) BeginPause();
                if (_connection == connection) _connection = null;
            }
        }

        if (!isClosed) return;
        foreach (BrokerRequest request in unsent) request.Fail(Closed(reason));
    }

    private BrokerFault? Refusal()
    {
        if (_closedBecause is not null || _isRetired) return Closed(_closedBecause ?? "it is being closed.");
        int waiting = _waiting.Count + (_connection?.Pending ?? 0);
        return waiting < _settings.MaxWaiting ? null : Full();
    }

    /// <summary>Queues the request where its turn is; whether a connection is to be opened.</summary>
    private bool Add(BrokerRequest request, out BrokerConnection? connection)
    {
        BeginSweeping();
        connection = _connection;
        if (connection?.TryAdd(request) == true) return false;
        // A connection that has ended and is still to say so puts what it has not sent before this.
        _waiting.Enqueue(request);
        return BeginConnecting();
    }

    private BrokerFault Closed(string reason) =>
        new(ErrorCode.NetworkException, $"the connection to {Endpoint} was closed: {reason}");

    private BrokerFault Full() => new(
        ErrorCode.NetworkException, $"{_settings.MaxWaiting} requests wait for {Endpoint} already.");

    // A broker closes connections that are idle for long; a request must not cross with that.
    private void LeaveIdle()
    {
        BrokerConnection? idle = null;
        lock (_gate)
        {
            if (_connection is { IsIdle: true } connection && connection.SilentFor > _settings.MaxIdle)
                (idle, _connection) = (connection, null);
        }

        idle?.End("it was idle.");
    }

    private bool BeginConnecting()
    {
        if (_isConnecting || _isPausing || _connection is not null || _waiting.Count == 0) return false;
        return _isConnecting = true;
    }

    private void BeginPause()
    {
        if (_isPausing) return;
        _isPausing = true;
        _pause.Change(_backoff.Next(), Timeout.InfiniteTimeSpan);
    }

    private void EndPause()
    {
        bool connect;
        lock (_gate)
        {
            if (_closedBecause is not null) return;
            _isPausing = false;
            connect = BeginConnecting();
        }

        if (connect) _ = ConnectAsync();
    }

    private async Task ConnectAsync()
    {
        try
        {
            OpenedConnection opened = await _opener.OpenAsync(_closing.Token).ConfigureAwait(false);
            Meet(new BrokerConnection(opened, Endpoint, _settings, _time, this), opened.Stream);
        }
        catch (Exception fault)
        {
            GiveUp(fault.Message);
        }
    }

    private void Meet(BrokerConnection connection, Stream stream)
    {
        bool isMet;
        lock (_gate)
        {
            isMet = _closedBecause is null;
            if (isMet)
            {
                _isConnecting = false;
                _backoff.Reset();
                _connection = connection;
                connection.Adopt(_waiting);
                _waiting = [];
            }
        }

        if (isMet) connection.Start();
        else stream.Dispose();
    }

    private void GiveUp(string reason)
    {
        BrokerRequest[] waiting;
        lock (_gate)
        {
            if (_closedBecause is not null) return;
            _isConnecting = false;
            waiting = [.. _waiting];
            _waiting.Clear();
            BeginPause();
        }

        foreach (BrokerRequest request in waiting)
            request.Fail(new BrokerFault(ErrorCode.NetworkException, reason));
    }

    private void BeginSweeping()
    {
        if (_isSweeping || _closedBecause is not null) return;
        _isSweeping = true;
        _sweep.Change(SweepInterval, SweepInterval);
    }

    private void Sweep()
    {
        long now = _time.GetTimestamp();
        BrokerRequest[] overdue;
        BrokerConnection? connection;
        bool retires;
        lock (_gate)
        {
            if (_closedBecause is not null) return;
            overdue = [.. _waiting.Where(request => request.Deadline <= now)];
            connection = _connection;
            bool isIdle = _waiting.Count == 0 && connection?.IsIdle != false;
            retires = _isRetired && (isIdle || _retiresUntil <= now);
            if (isIdle) StopSweeping();
        }

        foreach (BrokerRequest request in overdue) request.Fail(NotReached(request));
        if (overdue.Length > 0) ForgetDone();
        connection?.Sweep(now);
        if (retires) Close("it is not needed any more.");
    }

    private void StopSweeping()
    {
        _isSweeping = false;
        _sweep.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void ForgetDone()
    {
        lock (_gate) _waiting = new Queue<BrokerRequest>(_waiting.Where(request => !request.IsDone));
    }

    private BrokerFault NotReached(BrokerRequest request) => new(
        ErrorCode.RequestTimedOut,
        $"{Endpoint} could not be reached within {request.Timeout.TotalSeconds:0.###} s.");
}
