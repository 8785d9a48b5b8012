using Akka.Actor;
using KafkaActors.Protocol;
using static KafkaActors.Client.Producing.ProducerProtocol;

namespace KafkaActors.Client.Producing;

/// <summary>
/// The side of a <see cref="ProducerActor"/> that applications' actors talk to: a <see cref="RecordProducer"/> over the
/// actor's own accumulator. Records that find no room wait in the producer's line, a bounded number of records and
/// bytes, while their senders are held. Owned by the actor.
/// </summary>
internal sealed class ProducerConversation(RecordProducer producer, IActorRef self, long maxWaitingBytes)
{
    private const int MaxWaiting = 1000;

    private readonly HashSet<Admission> _waiting = [];
    private readonly HashSet<IActorRef> _held = [];
    private readonly List<(IActorRef Sender, object? Tag)> _closing = [];
    private long _waitingBytes;

    public void Receive(Send send, IActorRef sender) =>
        Take(new PendingSend(sender, send.Tag, 1, isSingle: true), 0, send.Record, sender);

    public void Receive(SendAll all, IActorRef sender)
    {
        var pending = new PendingSend(sender, all.Tag, all.Records.Count, isSingle: false);
        if (all.Records.Count == 0) pending.Reply();
        for (int index = 0; index < all.Records.Count; index++) Take(pending, index, all.Records[index], sender);
    }

    public void Receive(Flush flush, IActorRef sender) =>
        producer.FlushAsync().PipeTo(sender, self, success: () => new Flushed(flush.Tag));

    public void Receive(Close close, IActorRef sender)
    {
        _closing.Add((sender, close.Tag));
        if (_closing.Count > 1) return;
        producer.Close();
        producer.FlushAsync().PipeTo(self, success: () => CloseDone.Instance);
    }

    /// <summary>A record that waited is in the buffer, or will never be.</summary>
    public void Receive(Admitted admitted)
    {
        Admission admission = admitted.Admission;
        if (!_waiting.Remove(admission)) return;
        _waitingBytes -= admission.Bytes;
        if (admitted.Fault is not null) admission.Fail(AsKafkas(admitted.Fault));
        if (_waiting.Count > 0) return;
        foreach (IActorRef held in _held) held.Tell(Ready.Instance, self);
        _held.Clear();
    }

    /// <summary>The actor has stopped; nobody is left without an answer.</summary>
    public void End()
    {
        foreach (Admission admission in _waiting) admission.Fail(Closing());
        foreach ((IActorRef sender, object? tag) in _closing) sender.Tell(new Closed(tag), self);
    }

    private void Take(PendingSend pending, int index, in ProducerRecord record, IActorRef sender)
    {
        try
        {
            if (!producer.TrySend(record, pending, index)) LineUp(new Admission(pending, index, record), sender);
        }
        catch (Exception fault) when (fault is KafkaException or ObjectDisposedException)
        {
            pending.Fail(index, record, AsKafkas(fault));
        }
    }

    private void LineUp(Admission admission, IActorRef sender)
    {
        if (_held.Add(sender)) sender.Tell(BufferFull.Instance, self);
        bool fits = _waiting.Count < MaxWaiting && _waitingBytes + admission.Bytes <= maxWaitingBytes;
        if (!fits && _waiting.Count > 0)
        {
            admission.Fail(new KafkaException(
                ErrorCode.ThrottlingQuotaExceeded, $"{_waiting.Count} records wait for room already."));
            return;
        }

        _waiting.Add(admission);
        _waitingBytes += admission.Bytes;
        producer.SendAsync(admission.Record, admission.Send, admission.Index).AsTask().PipeTo(
            self,
            success: () => new Admitted(admission, null),
            failure: fault => new Admitted(admission, fault));
    }

    private static KafkaException AsKafkas(Exception fault) => fault switch
    {
        KafkaException known => known,
        ObjectDisposedException => Closing(),
        _ => new KafkaException(ErrorCode.UnknownServerError, fault.Message, fault),
    };

    private static KafkaException Closing() => new(ErrorCode.NetworkException, "The producer was closed.");

    /// <summary>A record that waits for room.</summary>
    internal sealed class Admission(PendingSend send, int index, ProducerRecord record)
    {
        public PendingSend Send => send;

        public int Index => index;

        public ProducerRecord Record => record;

        public long Bytes { get; } = (record.Key?.Length ?? 0L) + (record.Value?.Length ?? 0L);

        public void Fail(KafkaException fault) => send.Fail(index, record, fault);
    }

    internal sealed record Admitted(Admission Admission, Exception? Fault) : INoSerializationVerificationNeeded;

    internal sealed class CloseDone : INoSerializationVerificationNeeded
    {
        public static readonly CloseDone Instance = new();
    }
}
