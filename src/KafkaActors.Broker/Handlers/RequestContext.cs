using KafkaActors.Broker.Serving;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// One request on its way through a handler: who asked, and where the answer goes. Exactly one of
/// <see cref="Respond"/>, <see cref="RespondNothing"/> and <see cref="Fail"/> ends it, from any thread.
/// </summary>
internal abstract class RequestContext(RequestHeader header, TimeProvider clock)
{
    private long _deadlineTicks = DateTimeOffset.MaxValue.UtcTicks;
    private long _throttleTicks;
    private RequestTiming _timing;

    public short Version => header.Version;

    public string ClientId => header.ClientId ?? "";

    /// <summary>What its client calls itself; <see cref="Introduce"/> says it.</summary>
    public virtual ClientSoftware ClientSoftware => ClientSoftware.Unknown;

    /// <summary>Who asks: nobody can say who he is yet.</summary>
    public virtual KafkaPrincipal Principal => KafkaPrincipal.Anonymous;

    /// <summary>The client's address, as Kafka describes members of groups: <c>/127.0.0.1</c>.</summary>
    public abstract string ClientHost { get; }

    /// <summary>The listener that the request came in on: its addresses are the ones this client can reach.</summary>
    public abstract string ListenerName { get; }

    /// <summary>The most that a fetch may bring, as far as its client has room.</summary>
    public virtual int MaxFetchBytes => int.MaxValue;

    /// <summary>Its client's appends, in their order.</summary>
    public abstract AppendLane Appends { get; }

    /// <summary>Its client has gone and the request is ended: what waits on its behalf may stop.</summary>
    public virtual CancellationToken Gone => CancellationToken.None;

    /// <summary>Past it the client is cut off; never, where the handler's own time limits are enough.</summary>
    public DateTimeOffset Deadline
    {
        get => new(Volatile.Read(ref _deadlineTicks), TimeSpan.Zero);
        set => Volatile.Write(ref _deadlineTicks, value.UtcTicks);
    }

    /// <summary>For how long its client is held back, as its response tells it; zero for not at all.</summary>
    public TimeSpan ThrottleTime
    {
        get => new(Volatile.Read(ref _throttleTicks));
        set => Volatile.Write(ref _throttleTicks, value.Ticks);
    }

    protected RequestHeader Header => header;

    /// <summary>From here on the client's requests have this software.</summary>
    public virtual void Introduce(ClientSoftware software)
    {
    }

    /// <summary>The request has reached a stage.</summary>
    public void Mark(RequestStage stage) => _timing.Mark(stage, clock);

    /// <summary>The time from one stage to a later one; null while one of them is not reached.</summary>
    public TimeSpan? Between(RequestStage from, RequestStage to) => _timing.Between(from, to, clock);

    public void Respond(IResponseMessage response)
    {
        Mark(RequestStage.ResponseQueued);
        if (ThrottleTime is { Ticks: > 0 } throttle && response is IThrottledResponse throttled)
            throttled.ThrottleTimeMs = (int)Math.Min(throttle.TotalMilliseconds, int.MaxValue);
        Queue(response);
    }

    /// <summary>Takes the response on its way to the client.</summary>
    protected abstract void Queue(IResponseMessage response);

    /// <summary>The client waits for no answer: <c>acks=0</c>.</summary>
    public abstract void RespondNothing();

    /// <summary>There is no answer that the client would understand: its connection is closed.</summary>
    public abstract void Fail(Exception cause);

    /// <summary>Responds when the answer comes, or fails as the task does.</summary>
    public async Task RespondAsync(Task<IResponseMessage> answer)
    {
        IResponseMessage response;
        try
        {
            response = await answer.ConfigureAwait(false);
        }
        catch (Exception cause)
        {
            Fail(cause);
            return;
        }

        Respond(response);
    }
}
