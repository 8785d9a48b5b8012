using Akka.Actor;
using Akka.Event;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Serving;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// The node's one well-known actor: gives each client that connects a <see cref="ClientSession"/>, up to a limit, and
/// looks from time to time for sessions that have gone silent. It watches no client: one that falls silent ends by
/// its idle timeout. Owned by the node's guardian.
/// </summary>
internal sealed class FrontDoorActor : UntypedActor, IWithTimers
{
    /// <summary>The listener under which nodes register their Akka doors.</summary>
    public const string ListenerName = "AKKA";

    private static readonly TimeSpan CheckInterval = TimeSpan.FromSeconds(1);

    private readonly NodeServices _services;
    private readonly ApiHandlers _handlers;
    private readonly ClientAdmission _admission;
    private readonly MemoryBudget _memory;
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public FrontDoorActor(NodeServices services, ApiHandlers handlers, ClientAdmission admission)
    {
        _admission = admission;
        _services = services;
        _handlers = handlers;
        _memory = new MemoryBudget(services.Settings.MemoryBytes);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private int Sessions { get; set; }

    protected override void PreStart() =>
        Timers.StartPeriodicTimer(SessionCheck.Instance, SessionCheck.Instance, CheckInterval);

    // A session that broke has lost count of its requests: it ends, and its client connects again.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case SessionProtocol.Connect connect: Connect(connect); break;
            case SessionCheck check: Context.ActorSelection("s*").Tell(check); break;
            case Terminated: Sessions--; break;
            case ICorrelated request: Refuse(request.CorrelationId, "The front door answers Connect alone."); break;
            default: Unhandled(message); break;
        }
    }

    private void Connect(SessionProtocol.Connect connect)
    {
        if (connect.ProtocolVersion != SessionProtocol.Version)
        {
            Refuse(
                connect.CorrelationId,
                $"The client speaks version {connect.ProtocolVersion}, this node {SessionProtocol.Version}.",
                ErrorCode.UnsupportedVersion);
            return;
        }

        if (!_admission.Takes(Sender.Path.Address))
        {
            Refuse(connect.CorrelationId, ClientAdmission.Refusal, ErrorCode.ClusterAuthorizationFailed);
            return;
        }

        if (Sessions >= _services.Settings.MaxSessions)
        {
            Refuse(
                connect.CorrelationId, "The node has as many sessions as it may.", ErrorCode.ThrottlingQuotaExceeded);
            return;
        }

        var client = new SessionClient(
            Sender, connect.ClientId, new ClientSoftware(connect.SoftwareName, connect.SoftwareVersion));
        IActorRef session = Context.ActorOf(
            Props.Create(() => new ClientSession(_services, _handlers, _memory, client))
                .WithDispatcher("kafka-actors.dispatchers.data"),
            $"s{Guid.NewGuid():N}");
        Context.Watch(session);
        Sessions++;
        _log.Debug("Client {0} connected as {1}.", connect.ClientId, session.Path.Name);
        Sender.Tell(Connected(connect.CorrelationId, session));
    }

    private SessionProtocol.Connected Connected(long correlationId, IActorRef session) => new(
        correlationId,
        session,
        _services.Node,
        _services.Image.ClusterId,
        _services.Settings.ProduceWindowBytes,
        _services.Settings.FetchWindowBytes,
        _services.Settings.SessionIdleTimeout,
        [.. _handlers.Served.Select(ApiVersionsHandler.Describe)]);

    private void Refuse(long correlationId, string message, ErrorCode error = ErrorCode.InvalidRequest) =>
        Sender.Tell(new SessionProtocol.Refused(correlationId, error, message));
}
