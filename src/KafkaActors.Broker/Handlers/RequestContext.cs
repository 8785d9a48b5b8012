using KafkaActors.Broker.Serving;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// One request on its way through a handler: who asked, and where the answer goes. Exactly one of
/// <see cref="Respond"/>, <see cref="RespondNothing"/> and <see cref="Fail"/> ends it, from any thread.
/// </summary>
internal abstract class RequestContext(RequestHeader header)
{
    private long _deadlineTicks = DateTimeOffset.MaxValue.UtcTicks;

    public short Version => header.Version;

    public string ClientId => header.ClientId ?? "";

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

    protected RequestHeader Header => header;

    public abstract void Respond(IResponseMessage response);

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
