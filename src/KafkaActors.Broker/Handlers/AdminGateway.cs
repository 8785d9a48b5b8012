using Akka.Actor;
using KafkaActors.Broker.FrontDoor;
using KafkaActors.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Carries changes of topics and configuration from the Kafka port to the controller and answers when this node has
/// applied them, as a <see cref="ClientSession"/> does for client actors; one for all connections of a node. Each asker
/// has a reference of his own, so correlation ids may be the same.
/// Owned by the node's guardian.
/// </summary>
internal sealed class AdminGateway : UntypedActor, IWithTimers
{
    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly FrontDoorServices _services;
    private readonly ControlRequests _control;

    public AdminGateway(FrontDoorServices services)
    {
        _services = services;
        _control = new ControlRequests(services, Self);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ICommand command when _control.TryServe(command, Sender): WatchTime(); break;
            case SessionCheck: Check(); break;
            default: if (!_control.TryHandle(message)) Unhandled(message); break;
        }
    }

    private void Check()
    {
        _control.Expire(_services.Clock.GetUtcNow());
        if (_control.IsIdle) Timers.Cancel(SessionCheck.Instance);
    }

    private void WatchTime()
    {
        if (_control.IsIdle || Timers.IsTimerActive(SessionCheck.Instance)) return;
        Timers.StartPeriodicTimer(SessionCheck.Instance, SessionCheck.Instance, CheckInterval);
    }
}
