using Akka.Actor;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Serving;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// Record path 3/9 and 8/9. One connected client: takes its requests, hands batches to the partitions' leaders on this
/// node, reads fetches from their logs, and hands other requests to their handlers. Every request is answered once, and
/// everything a client may have under way is bounded. It ends when its client says so or falls silent.
/// A child of the <see cref="FrontDoorActor"/>.
/// </summary>
internal sealed class ClientSession : UntypedActor
{
    private readonly FrontDoorServices _services;
    private readonly IActorRef _client;
    private readonly string _clientId;
    private readonly ProduceRequests _produce;
    private readonly FetchRequests _fetch;
    private readonly FrameRequests _frames;
    private long _heardAt;

    public ClientSession(
        FrontDoorServices services,
        ApiHandlers handlers,
        IActorRef client,
        string clientId)
    {
        _services = services;
        _client = client;
        _clientId = clientId;
        _heardAt = services.Clock.GetTimestamp();
        _produce = new ProduceRequests(services, Self, client);
        _fetch = new FetchRequests(services, Context.System.Scheduler, Self, client);
        _frames = new FrameRequests(
            handlers, new AppendLane(services.Compression, services.Clock, CancellationToken.None), Self, client);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ICommand command: Hear(command); break;
            case ProduceProtocol.Appended appended: _produce.Complete(appended); break;
            case FetchWoken woken: _fetch.Wake(woken.CorrelationId); break;
            case FetchExpired expired: _fetch.Expire(expired.CorrelationId); break;
            case SessionCheck: Check(); break;
            default: Unhandled(message); break;
        }
    }

    protected override void PostStop()
    {
        _fetch.Abandon();
        _produce.Abandon();
        _client.Tell(new SessionProtocol.SessionEnded("The node has ended the session."), Self);
    }

    private void Hear(ICommand command)
    {
        _heardAt = _services.Clock.GetTimestamp();
        Serve(command);
    }

    private void Serve(ICommand command)
    {
        switch (command)
        {
            case ProduceProtocol.Append append: _produce.Begin(append); break;
            case ProduceProtocol.Chunk chunk: _produce.Continue(chunk); break;
            case FetchProtocol.Fetch fetch: _fetch.Begin(fetch); break;
            case KafkaProtocol.Request request: _frames.Begin(request); break;
            case SessionProtocol.KeepAlive ask: _client.Tell(new SessionProtocol.Alive(ask.CorrelationId), Self); break;
            case SessionProtocol.Disconnect: Context.Stop(Self); break;
            default: Refuse(command); break;
        }
    }

    private void Check()
    {
        if (_services.Clock.GetElapsedTime(_heardAt) > _services.Settings.SessionIdleTimeout)
        {
            Context.Stop(Self);
            return;
        }

        _produce.Expire(_services.Clock.GetUtcNow());
    }

    private void Refuse(ICommand command)
    {
        if (command is not ICorrelated correlated) return;
        _client.Tell(
            new SessionProtocol.Refused(
                correlated.CorrelationId,
                ErrorCode.InvalidRequest,
                $"{_clientId}: a session does not serve {command.GetType().Name}."),
            Self);
    }
}
