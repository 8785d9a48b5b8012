using Akka.Remote.Transport;
using Google.Protobuf;

namespace KafkaActors.Messages.Remoting;

/// <summary>
/// One association from its first byte. Until it is open its frames are the handshake's; then they are Akka's and pass
/// as they are. Frames that come before Akka has said who reads them wait, a few of them.
/// </summary>
internal abstract class GuardedAssociation : AssociationHandle, IHandleEventListener
{
    private const int MostEarly = 1000;

    private readonly Lock _lock = new();
    private readonly AssociationHandle _wrapped;
    private Queue<IHandleEvent>? _early = new(); // guarded by _lock; null once somebody reads
    private volatile IHandleEventListener? _reader;
    private volatile bool _isOpen;

    protected GuardedAssociation(AssociationHandle wrapped)
        : base(wrapped.LocalAddress, wrapped.RemoteAddress)
    {
        _wrapped = wrapped;
        _ = AttachAsync();
    }

    public override bool Write(ByteString payload) => _wrapped.Write(payload);

#pragma warning disable CS0672, CS0618 // What Akka calls obsolete is what it asks every handle to have.
    public override void Disassociate() => _wrapped.Disassociate();

    /// <summary>Ends it, whatever state it is in.</summary>
    public void Close() => _wrapped.Disassociate();
#pragma warning restore CS0672, CS0618

    /// <summary>On the thread that reads the socket.</summary>
    public void Notify(IHandleEvent ev)
    {
        if (!_isOpen) Hear(ev);
        else if (ev is not InboundPayload payload || Passes(payload.Payload)) Deliver(ev);
    }

    /// <summary>Takes what comes before it is open.</summary>
    protected abstract void Hear(IHandleEvent ev);

    /// <summary>Whether a frame goes to Akka.</summary>
    protected abstract bool Passes(ByteString frame);

    /// <summary>Lets the transport below read.</summary>
    protected void Begin() => _wrapped.ReadHandlerSource.TrySetResult(this);

    /// <summary>From here on frames are Akka's.</summary>
    protected void Open() => _isOpen = true;

    protected void Send(byte[]? frame)
    {
        if (frame is not null) _wrapped.Write(UnsafeByteOperations.UnsafeWrap(frame));
    }

    protected void Deliver(IHandleEvent ev)
    {
        if (_reader is { } reader) reader.Notify(ev);
        else Keep(ev);
    }

    private void Keep(IHandleEvent ev)
    {
        lock (_lock)
        {
            if (_early is null) _reader!.Notify(ev);
            else if (_early.Count < MostEarly) _early.Enqueue(ev);
            else Close();
        }
    }

    private async Task AttachAsync()
    {
        IHandleEventListener reader = await ReadHandlerSource.Task.ConfigureAwait(false);
        lock (_lock)
        {
            while (_early is { } early && early.TryDequeue(out IHandleEvent? ev)) reader.Notify(ev);
            _early = null;
            _reader = reader;
        }
    }
}
