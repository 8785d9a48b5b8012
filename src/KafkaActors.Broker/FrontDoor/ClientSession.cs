using Akka.Actor;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Serving;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// One connected client: takes its requests (<see cref="AdmittedRequests"/>), and ends when its client says so or falls
/// silent. A child of the <see cref="FrontDoorActor"/>.
/// </summary>
internal sealed class ClientSession : UntypedActor
{
    private readonly NodeServices _services;
    private readonly SessionClient _client;
    private readonly AdmittedRequests _requests;
    private long _heardAt;

    public ClientSession(NodeServices services, ApiHandlers handlers, MemoryBudget memory, SessionClient client)
    {
        _services = services;
        _client = client;
        _heardAt = services.Clock.GetTimestamp();
        _requests = new AdmittedRequests(services, handlers, memory, client, Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ICommand command: Hear(command); break;
            case SessionRequest answered: _requests.Answer(answered); break;
            case SessionCheck: Check(); break;
            default: Unhandled(message); break;
        }
    }

    protected override void PostStop()
    {
        _requests.Abandon();
        Answer(new SessionProtocol.SessionEnded("The node has ended the session."));
    }

    private void Hear(ICommand command)
    {
        _heardAt = _services.Clock.GetTimestamp();
        switch (command)
        {
            case SessionProtocol.FramePart part: _requests.Receive(part); break;
            case SessionProtocol.Request request: _requests.Begin(request); break;
            case SessionProtocol.KeepAlive ask: Answer(new SessionProtocol.Alive(ask.CorrelationId)); break;
            case SessionProtocol.Disconnect: Context.Stop(Self); break;
            default: Refuse(command); break;
        }
    }

    private void Check()
    {
        if (_services.Clock.GetElapsedTime(_heardAt) > _services.Settings.SessionIdleTimeout) Context.Stop(Self);
        else _requests.Expire(_services.Clock.GetUtcNow());
    }

    private void Answer(IReply reply) => _client.Connection.Tell(reply, Self);

    private void Refuse(ICommand command)
    {
        if (command is not ICorrelated correlated) return;
        Answer(new SessionProtocol.Refused(
            correlated.CorrelationId,
            ErrorCode.InvalidRequest,
            $"{_client.ClientId}: a session does not serve {command.GetType().Name}."));
    }
}
