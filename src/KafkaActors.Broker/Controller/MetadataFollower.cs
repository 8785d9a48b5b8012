using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using static KafkaActors.Broker.Controller.MetadataFollowerProtocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// This node's heart: tells the controller that the node lives, and asks for what comes after its image. It applies
/// what it is fed, publishes the image and tells its subscribers the difference. A gap is answered by asking again.
/// Invariant: every image it publishes is that of a committed offset, and none is older than the last.
/// </summary>
/// <param name="cache">Written by this actor alone.</param>
/// <param name="controller">The way to the controller; messages may get lost on it.</param>
internal sealed class MetadataFollower(ControllerServices services, MetadataCache cache, IActorRef controller)
    : UntypedActor, IWithTimers
{
    private readonly HashSet<IActorRef> _subscribers = [];
    private readonly FragmentAssembler _fragments = new(Context.System);
    private readonly List<AwaitingOffset> _awaiting = [];
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ErrorCode _lastError;
    private bool _isFed;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => AskAgain();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ControllerProtocol.Fed fed: Apply(fed.Entries); break;
            case ControllerProtocol.FedSnapshot fed: Load(fed.Snapshot); break;
            case Fragment fragment: OnFragment(fragment); break;
            case ControllerProtocol.HeartbeatAnswered answered: OnAnswered(answered); break;
            case Subscribe: OnSubscribe(); break;
            case AwaitOffset await: OnAwait(await.Offset); break;
            case Terminated stopped: _subscribers.Remove(stopped.ActorRef); break;
            case AskTick: AskAgain(); break;
            default: Unhandled(message); break;
        }
    }

    private void AskAgain()
    {
        Ask();
        TimeSpan interval = _isFed ? services.Settings.HeartbeatInterval : services.Settings.RetryBackoff;
        Timers.StartSingleTimer(AskTick.Instance, AskTick.Instance, interval);
    }

    private void Ask()
    {
        MetadataImage image = cache.Image;
        BrokerImage? broker = image.Broker(services.Self.Node);
        bool isRegistered = broker is not null && broker.Incarnation == services.Incarnation;
        controller.Tell(
            new ControllerProtocol.Heartbeat(
                services.Self.Node,
                image.IsFormed ? image.ClusterId : services.ClusterId,
                services.Incarnation,
                isRegistered ? broker!.Epoch : BrokerEpoch.None,
                image.Offset.Next(),
                services.Progress()),
            Self);
    }

    // What it means for this node shows in the image too, except where it is told no image.
    private void OnAnswered(ControllerProtocol.HeartbeatAnswered answered)
    {
        if (answered.Error != _lastError && answered.Error != ErrorCode.None)
            _log.Warning("The controller of epoch {0} does not know this node: {1}", answered.ControllerEpoch,
                answered.Message ?? answered.Error.ToString());
        _lastError = answered.Error;
    }

    private void OnFragment(Fragment fragment)
    {
        if (_fragments.TryComplete(Sender, fragment, out object? whole)) OnReceive(whole);
    }

    private void Apply(ImmutableArray<MetadataEntry> entries)
    {
        _isFed = true;
        MetadataImage before = cache.Image;
        ImmutableArray<MetadataEntry> news = [.. entries.SkipWhile(entry => entry.Offset <= before.Offset)];
        if (news.IsEmpty) return;
        if (news[0].Offset != before.Offset.Next())
        {
            Ask();
            return;
        }

        MetadataImage after = before;
        foreach (MetadataEntry entry in news) after = after.Apply(entry);
        Publish(MetadataDelta.Of(before, news, after));
    }

    private void Load(LogSnapshot snapshot)
    {
        _isFed = true;
        if (snapshot.Last.Offset <= cache.Image.Offset) return;
        Publish(MetadataDelta.Between(cache.Image, snapshot.ToImage()));
        Ask();
    }

    private void Publish(MetadataDelta delta)
    {
        cache.Publish(delta.After);
        var changed = new MetadataChanged(delta);
        foreach (IActorRef subscriber in _subscribers) subscriber.Tell(changed);
        MetadataOffset offset = delta.After.Offset;
        foreach (AwaitingOffset waiting in _awaiting)
            if (waiting.Offset <= offset) waiting.Asker.Tell(new OffsetReached(offset));
        _awaiting.RemoveAll(waiting => waiting.Offset <= offset);
    }

    private void OnSubscribe()
    {
        // One that was restarted asks again, and knows nothing.
        if (_subscribers.Add(Sender)) Context.Watch(Sender);
        if (cache.Image.Offset > MetadataOffset.None)
            Sender.Tell(new MetadataChanged(MetadataDelta.Between(MetadataImage.Empty, cache.Image)));
    }

    private void OnAwait(MetadataOffset offset)
    {
        if (offset <= cache.Image.Offset) Sender.Tell(new OffsetReached(cache.Image.Offset));
        else if (_awaiting.Count < MaxAwaiting) _awaiting.Add(new AwaitingOffset(Sender, offset));
    }

    /// <summary>More askers than that are left to their timeouts.</summary>
    private const int MaxAwaiting = 10_000;

    private sealed record AwaitingOffset(IActorRef Asker, MetadataOffset Offset);

    private sealed record AskTick : INoSerializationVerificationNeeded
    {
        public static AskTick Instance { get; } = new();
    }
}
