using Akka.Actor;
using Akka.Event;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Broker.Controller.MetadataFollowerProtocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// This node's heart: tells the controller that the node lives, and asks for what comes after its image. What it is fed
/// its <see cref="FollowedMetadata"/> applies; it publishes the image and tells its subscribers the difference.
/// Metadata that cannot be applied ends the node.
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
    private readonly FollowedMetadata _metadata = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ErrorCode _lastError;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => AskAgain();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Fragment fragment: OnFragment(fragment); break;
            case ControllerProtocol.HeartbeatAnswered answered: OnAnswered(answered); break;
            case ControllerProtocol.IFeed feed: Take(feed); break;
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
        TimeSpan interval = _metadata.IsFed ? services.Settings.HeartbeatInterval : services.Settings.RetryBackoff;
        Timers.StartSingleTimer(AskTick.Instance, AskTick.Instance, interval);
    }

    private void Ask()
    {
        if (_metadata.Fault is not null) return;
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

    private void Take(ControllerProtocol.IFeed feed)
    {
        FollowStep step = _metadata.Take(feed);
        if (_metadata.Fault is { } fault) Fail(fault);
        if (step.Delta is { } delta) Publish(delta);
        if (step.AsksAgain) Ask();
    }

    // It says nothing more of itself, so that it is not taken for well; the evidence stays as it is.
    private void Fail(string fault)
    {
        Timers.Cancel(AskTick.Instance);
        services.OnFatal(fault);
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
