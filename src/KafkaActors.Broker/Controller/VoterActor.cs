using Akka.Actor;
using Akka.Event;
using KafkaActors.Broker.Downing;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// This node's voter: hands requests to its <see cref="VoterState"/>, writes what that says, and only then answers. A
/// failed disk is sticky: from then on it answers nothing, and the node is told that it has to go. So is an entry that
/// cannot be applied: nothing is cut, and no snapshot hides it. It waits for the disk, on a thread of its own: neither
/// others' work nor their disks hold it back.
/// </summary>
internal sealed class VoterActor(ControllerServices services) : UntypedActor, IWithTimers
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);

    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly FragmentedDelivery _delivery = new(Context.System);
    private readonly FragmentAssembler _fragments = new(Context.System);
    private readonly CommittedVoters _voters = CommittedVoters.Of(Context.System);
    private MetadataLogStore? _store;
    private VoterState? _state;
    private string? _advice;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        try
        {
            _store = MetadataLogStore.Open(services.Files, services.MetadataPath);
            foreach (LogDamage damage in _store.Damages)
                _log.Log(damage.IsError ? LogLevel.ErrorLevel : LogLevel.WarningLevel, damage.ToString());
            _state = new VoterState(
                services.Self, _store.Promised, _store.Snapshot, _store.Entries,
                services.Settings.MaxEntriesBetweenSnapshots)
            {
                KnownClusterId = services.ClusterId,
                RefillUntil = _store.RefillUntil,
            };
            _voters.Self = services.Self;
            PublishVoters(_state);
            AwaitTick();
        }
        catch (Exception cause) when (IsDiskFault(cause))
        {
            Fail(cause);
        }
    }

    protected override void PostStop() => _store?.Dispose();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case QuorumProtocol.IRequest request: Handle(request); break;
            case Fragment fragment when _fragments.TryComplete(Sender, fragment, out object? whole):
                OnReceive(whole);
                break;
            case Fragment: break;
            case Tick: OnTick(); break;
            default: Unhandled(message); break;
        }
    }

    private void Handle(QuorumProtocol.IRequest request)
    {
        if (_state is null) return;
        try
        {
            foreach (VoterEffect effect in _state.Handle(request)) Carry(effect, _store!);
            PublishVoters(_state);
        }
        catch (Exception cause) when (IsDiskFault(cause) || cause is MetadataEntryException)
        {
            Fail(cause);
        }
    }

    // Not periodic: while the disk is waited for, time that nobody saw pass would come in one burst.
    private void AwaitTick() => Timers.StartSingleTimer(Tick.Instance, Tick.Instance, TickInterval);

    private void OnTick()
    {
        if (_state is null) return;
        AwaitTick();
        _state.Tick();
        string? advice = VoterAdvice.For(_state.Self, _state.Image);
        if (advice is not null && advice != _advice) _log.Warning(advice);
        _advice = advice;
    }

    // What it knows to be committed, or else what its log says.
    private void PublishVoters(VoterState state)
    {
        MetadataImage image = state.Image;
        if (image.IsFormed) _voters.OfLog = new VoterSet(image.ClusterId, image.Offset, image.Voters);
        else if (!state.Voters.IsEmpty)
            _voters.OfLog = new VoterSet(state.KnownClusterId, MetadataOffset.None, state.Voters);
    }

    private void Carry(VoterEffect effect, MetadataLogStore store)
    {
        switch (effect)
        {
            case VoterEffect.SavePromise save: store.SavePromise(save.Promise); break;
            case VoterEffect.WriteEntries write: store.Write(write.After, write.Entries); break;
            case VoterEffect.SaveSnapshot save: store.SaveSnapshot(save.Snapshot, save.KeepsEntries); break;
            case VoterEffect.Reply reply: _delivery.Tell(Sender, reply.Message, Self); break;
            default: throw new InvalidOperationException($"{effect.GetType()} cannot be carried out.");
        }
    }

    private void Fail(Exception cause)
    {
        _state = null;
        if (cause is LogDirectoryException or MetadataEntryException)
            _log.Error("The metadata log cannot be used: {0}", cause.Message);
        else _log.Error(cause, "The metadata log of this node has failed.");
        services.OnFatal($"the metadata log has failed: {cause.Message}");
    }

    private static bool IsDiskFault(Exception cause) =>
        cause is IOException or UnauthorizedAccessException or LogDirectoryException;

    private sealed record Tick : INoSerializationVerificationNeeded
    {
        public static Tick Instance { get; } = new();
    }
}
