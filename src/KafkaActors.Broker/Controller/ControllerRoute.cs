using Akka.Actor;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// A node's way to whoever is the controller: the standby that says so, as long as it does, and the singleton
/// otherwise. It hands on what it is sent, and the answer goes to who sent it.
/// </summary>
/// <param name="singleton">The cluster singleton's proxy.</param>
/// <param name="notice">Of this node; written here alone.</param>
/// <param name="cache">This node's metadata.</param>
internal sealed class ControllerRoute(IActorRef singleton, StandbyNotice notice, MetadataCache cache)
    : UntypedActor, IWithTimers
{
    public const string Name = "controller-route";

    /// <summary>Four times as long as a standby rests between two words.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    private IActorRef? _standby;
    private int _epoch;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case StandbyProtocol.Serves serves: OnServes(serves.Epoch); break;
            case StandbyProtocol.Ended ended: OnEnded(ended.Epoch); break;
            case Silent: Leave(); break;
            default: (_standby ?? singleton).Forward(message); break;
        }
    }

    private void OnServes(int epoch)
    {
        // One that slept does not know yet that it is over.
        if (epoch < Math.Max(_epoch, cache.Image.ControllerEpoch)) return;
        (_epoch, _standby, notice.IsServing) = (epoch, Sender, true);
        Timers.StartSingleTimer(Silent.Instance, Silent.Instance, Silence);
    }

    private void OnEnded(int epoch)
    {
        if (epoch == _epoch) Leave();
    }

    private void Leave()
    {
        (_standby, notice.IsServing) = (null, false);
        Timers.Cancel(Silent.Instance);
    }

    private sealed record Silent : INoSerializationVerificationNeeded
    {
        public static Silent Instance { get; } = new();
    }
}
