using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>
/// A node's requests on their way to the controller; each gets an answer. A controller that does not serve yet has done
/// nothing, so it is asked again. When a new one serves, what the last one had is asked of it: a request that may be
/// asked twice is sent again, of any other it is asked what became of it; what it does not know of has an unknown
/// outcome, and is answered so at once. At the latest when its time is over the outcome is unknown. Holds a bounded
/// number of requests. Pure; owned by the node's proxy, which tells the time in ticks of a second.
/// </summary>
/// <param name="ticksOfPatience">How long a request may take; an asker may give up sooner.</param>
public sealed class ControllerCalls<TAsker>(long ticksOfPatience)
{
    private const int MaxRequests = 10_000;

    private readonly Dictionary<long, Call> _calls = [];
    private List<ControllerCallEffect<TAsker>> _effects = [];
    private int _controllerEpoch;
    private long _lastId;
    private long _ticks;

    public bool IsIdle => _calls.Count == 0;

    public IReadOnlyList<ControllerCallEffect<TAsker>> Begin(ControllerProtocol.Request request, TAsker asker) =>
        Run(() => OnAsked(request, asker));

    public IReadOnlyList<ControllerCallEffect<TAsker>> Handle(ControllerProtocol.Reply reply) =>
        Run(() => OnReply(reply));

    public IReadOnlyList<ControllerCallEffect<TAsker>> Retry(long id) => Run(() =>
    {
        if (_calls.TryGetValue(id, out Call? call)) Send(call);
    });

    /// <summary>The metadata says which controller serves.</summary>
    public IReadOnlyList<ControllerCallEffect<TAsker>> ControllerServes(int epoch) => Run(() => OnController(epoch));

    public IReadOnlyList<ControllerCallEffect<TAsker>> Tick() => Run(OnTick);

    private List<ControllerCallEffect<TAsker>> Run(Action step)
    {
        _effects = [];
        step();
        return _effects;
    }

    private void OnAsked(ControllerProtocol.Request request, TAsker asker)
    {
        if (_calls.Count >= MaxRequests)
        {
            _effects.Add(new ControllerCallEffect<TAsker>.Answer(asker, new ControllerProtocol.Refused(
                request.Id, ErrorCode.ThrottlingQuotaExceeded, "Too many requests wait for the controller.")));
            return;
        }

        var call = new Call(asker, request.Id, request with { Id = ++_lastId }, _ticks);
        _calls.Add(_lastId, call);
        Send(call);
    }

    private void OnReply(ControllerProtocol.Reply reply)
    {
        if (!_calls.TryGetValue(reply.Id, out Call? call)) return;
        if (reply is ControllerProtocol.Refused { Error: ErrorCode.NotController })
        {
            call.State = CallState.NotDone;
            _effects.Add(new ControllerCallEffect<TAsker>.RetryLater(reply.Id));
            return;
        }

        Answer(reply.Id, call, reply);
    }

    private void OnController(int epoch)
    {
        if (epoch <= _controllerEpoch) return;
        _controllerEpoch = epoch;
        foreach (Call call in _calls.Values.Where(call => call.State == CallState.Sent).ToArray())
            if (call.Request.IsRepeatable) Send(call);
            else Recall(call);
    }

    private void OnTick()
    {
        _ticks++;
        foreach ((long id, Call call) in _calls.ToArray())
        {
            if (_ticks - call.Tick >= ticksOfPatience) Expire(id, call);
            else if (call.State == CallState.Recalled) Recall(call);
        }
    }

    private void Expire(long id, Call call) => Answer(id, call, new ControllerProtocol.Refused(
        id,
        ErrorCode.RequestTimedOut,
        "The controller did not answer in time; it may still do what was asked."));

    private void Send(Call call)
    {
        call.State = CallState.Sent;
        _effects.Add(new ControllerCallEffect<TAsker>.Send(call.Request));
    }

    private void Recall(Call call)
    {
        call.State = CallState.Recalled;
        _effects.Add(new ControllerCallEffect<TAsker>.Recall(new ControllerProtocol.Recall(call.Request.Id)));
    }

    private void Answer(long id, Call call, ControllerProtocol.Reply reply)
    {
        _calls.Remove(id);
        _effects.Add(new ControllerCallEffect<TAsker>.Answer(call.Asker, reply with { Id = call.AskersId }));
    }

    /// <summary>Sent -> NotDone -> Sent; Sent -> Recalled, when another controller has taken over.</summary>
    private enum CallState
    {
        Sent,
        NotDone,
        Recalled,
    }

    private sealed class Call(TAsker asker, long askersId, ControllerProtocol.Request request, long tick)
    {
        public TAsker Asker => asker;

        public long AskersId => askersId;

        /// <summary>Under an id of this node's.</summary>
        public ControllerProtocol.Request Request => request;

        public long Tick => tick;

        public CallState State { get; set; }
    }
}
