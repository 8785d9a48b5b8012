using Akka.Actor;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// Clients' questions about metadata and changes of it. A description is read from this node's image. A change
/// goes to the controller and is answered once this node has applied it too, so that the client's next question finds
/// it: a request is first with the controller, then waits for the image, then for new partitions to be served. Every
/// wait ends with its time.
/// Owned by the actor that the controller answers to: a <see cref="ClientSession"/>, or the gateway of the Kafka port.
/// </summary>
internal sealed class ControlRequests(FrontDoorServices services, IActorRef session)
{
    public static readonly TimeSpan AutoCreateTimeout = TimeSpan.FromSeconds(10);

    private readonly Dictionary<long, ControlRequest> _underWay = [];
    private long _lastId;

    /// <summary>Whether the command belongs here; then it is answered, now or later.</summary>
    public bool TryServe(ICommand command, IActorRef client)
    {
        switch (command)
        {
            case MetadataProtocol.Describe describe: Describe(describe, client); return true;
            case AdminProtocol.DescribeConfigs describe:
                client.Tell(ConfigAnswer.Of(services, describe), session);
                return true;
            case AdminProtocol.CreateTopics change: Forward(change, client, change.Timeout); return true;
            case AdminProtocol.DeleteTopics change when !services.Topics.DeleteEnabled:
                client.Tell(ControlFailure.Of(change, ErrorCode.TopicDeletionDisabled), session);
                return true;
            case AdminProtocol.DeleteTopics change: Forward(change, client, change.Timeout); return true;
            case AdminProtocol.CreatePartitions change: Forward(change, client, change.Timeout); return true;
            case AdminProtocol.AlterConfigs change:
                Forward(change, client, services.Settings.AdminMaxTimeout);
                return true;
            default: return false;
        }
    }

    public bool IsIdle => _underWay.Count == 0;

    /// <summary>Whether the message is about one of these requests.</summary>
    public bool TryHandle(object message)
    {
        switch (message)
        {
            case ControllerProtocol.Changed changed: OnChanged(changed); return true;
            case ControllerProtocol.Refused refused: OnRefused(refused); return true;
            case MetadataFollowerProtocol.OffsetReached: AnswerReached(); return true;
            default: return false;
        }
    }

    public void Expire(DateTimeOffset now)
    {
        if (_underWay.Count == 0) return;
        foreach ((long id, ControlRequest request) in _underWay.ToArray())
        {
            if (request.Deadline > now) continue;
            _underWay.Remove(id);
            request.Client.Tell(request.OnFailed(ErrorCode.RequestTimedOut), session);
        }
    }

    private void Describe(MetadataProtocol.Describe describe, IActorRef client)
    {
        IReadOnlyList<string> missing = describe.AllowAutoTopicCreation && services.Topics.AutoCreate
            ? MetadataAnswer.Missing(services.Image, describe)
            : [];
        if (missing.Count == 0)
        {
            client.Tell(MetadataAnswer.Of(services.Image, describe), session);
            return;
        }

        var create = new AdminProtocol.CreateTopics(
            describe.CorrelationId, [.. missing.Select(ByDefault)], AutoCreateTimeout, ValidateOnly: false);
        Send(
            create,
            client,
            AutoCreateTimeout,
            _ => MetadataAnswer.Of(services.Image, describe),
            _ => MetadataAnswer.Of(services.Image, describe));
    }

    private void Forward(ICommand change, IActorRef client, TimeSpan timeout) => Send(
        change, client, timeout, answer => answer, error => ControlFailure.Of(change, error));

    private void Send(
        ICommand change,
        IActorRef client,
        TimeSpan timeout,
        Func<IReply, IReply> onCommitted,
        Func<ErrorCode, IReply> onFailed)
    {
        if (_underWay.Count >= services.Settings.MaxRequestsPerSession)
        {
            client.Tell(onFailed(ErrorCode.ThrottlingQuotaExceeded), session);
            return;
        }

        TimeSpan most = services.Settings.AdminMaxTimeout;
        DateTimeOffset deadline = services.Clock.GetUtcNow() + (timeout < most ? timeout : most);
        long id = ++_lastId;
        _underWay.Add(id, new ControlRequest(client, deadline, onCommitted, onFailed));
        services.Controller.Tell(new ControllerProtocol.Change(id, change), session);
    }

    private void OnRefused(ControllerProtocol.Refused refused)
    {
        if (_underWay.Remove(refused.Id, out ControlRequest? request))
            request.Client.Tell(request.OnFailed(refused.Error), session);
    }

    private void OnChanged(ControllerProtocol.Changed changed)
    {
        if (!_underWay.TryGetValue(changed.Id, out ControlRequest? request)) return;
        request.Answer = changed.Answer;
        request.Offset = changed.Offset;
        AnswerReached();
        if (_underWay.ContainsKey(changed.Id))
            services.Metadata.Tell(new MetadataFollowerProtocol.AwaitOffset(changed.Offset), session);
    }

    private void AnswerReached()
    {
        MetadataImage image = services.Image;
        foreach ((long id, ControlRequest request) in _underWay.ToArray())
        {
            if (request.Answer is not { } answer || request.Offset > image.Offset) continue;
            _underWay.Remove(id);
            Complete(request, answer);
        }
    }

    private void Complete(ControlRequest request, IReply answer)
    {
        Task ready = answer is AdminProtocol.TopicsChanged changed
            ? services.Readiness.WhenServedAsync(
                changed.Topics.Where(topic => topic.Error == ErrorCode.None).Select(topic => topic.Topic))
            : Task.CompletedTask;
        ready.PipeTo(request.Client, session, () => request.OnCommitted(answer));
    }

    private static AdminProtocol.NewTopic ByDefault(string name) =>
        new(name, -1, -1, [], new Dictionary<string, string>());
}
