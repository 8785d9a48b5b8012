using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network;

/// <summary>
/// One request to a broker and what becomes of it: <see cref="OnAnswered"/> or <see cref="OnFailed"/> is called once,
/// on any thread, and must neither block nor throw. The message is read until then, and never written.
/// </summary>
public abstract class BrokerRequest(IRequestMessage message, TimeSpan timeout)
{
    private int _isDone;

    public IRequestMessage Message => message;

    /// <summary>From <see cref="BrokerLink.Send"/> to the response, the wait for a connection included.</summary>
    public TimeSpan Timeout => timeout;

    internal bool IsDone => Volatile.Read(ref _isDone) != 0;

    /// <summary>A batch that asks for no acknowledgement is done with when it is written.</summary>
    internal bool HasResponse { get; } = message is not ProduceRequest { Acks: (short)Acks.None };

    /// <summary>A timestamp of the link's clock.</summary>
    internal long Deadline { get; set; }

    internal long SentAt { get; set; }

    internal int CorrelationId { get; set; }

    internal short Version { get; set; }

    /// <summary>The length of its frame.</summary>
    internal long Bytes { get; set; }

    internal void Answer(IResponseMessage? response)
    {
        if (TryEnd()) OnAnswered(response, Version);
    }

    internal void Fail(BrokerFault fault)
    {
        if (TryEnd()) OnFailed(fault);
    }

    /// <param name="response">
    /// Null for a request that has none. The records of a fetch are slices of an array that is nobody else's: they may
    /// be kept, and are the collector's afterwards.
    /// </param>
    /// <param name="version">In which the two were written.</param>
    protected abstract void OnAnswered(IResponseMessage? response, short version);

    protected abstract void OnFailed(BrokerFault fault);

    private bool TryEnd() => Interlocked.Exchange(ref _isDone, 1) == 0;
}
