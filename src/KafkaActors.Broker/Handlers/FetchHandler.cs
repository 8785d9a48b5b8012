using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Fetch, for consumers: ranges of logs that this node leads, below the high watermark, at once or when there are
/// enough bytes or the wait is over. In a session (KIP-227) a request names only what has changed.
/// </summary>
internal sealed class FetchHandler(NodeServices services, FetchLimits limits, FetchSessions sessions)
    : ApiHandler<FetchRequest>(ApiKey.Fetch)
{
    /// <summary>From it on topics are named by their ids alone (KIP-516).</summary>
    private const short FirstWithTopicIds = 13;

    protected override void Handle(FetchRequest request, RequestContext context)
    {
        NodeId replica = request.ReplicaState?.ReplicaId ?? request.ReplicaId;
        if (replica != NodeId.None)
        {
            // Only followers name themselves, and this is a client's door.
            context.Respond(new FetchResponse { ErrorCode = ErrorCode.ClusterAuthorizationFailed });
            return;
        }

        (FetchScope? scope, ErrorCode error) = ScopeOf(request, context.Version >= FirstWithTopicIds);
        if (scope is not null) new FetchCall(services, limits, request, scope, context).Begin();
        else context.Respond(new FetchResponse { ErrorCode = error });
    }

    private (FetchScope? Scope, ErrorCode Error) ScopeOf(FetchRequest request, bool isById)
    {
        bool isWhole = request.SessionEpoch is FetchSession.InitialEpoch or FetchSession.FinalEpoch;
        if (!isWhole) return Continue(request, isById);
        // Whoever begins anew has done with the session that he had.
        if (request.SessionId != FetchSessions.NoSession) sessions.Close(request.SessionId);
        bool opens = request.SessionEpoch == FetchSession.InitialEpoch && sessions.IsOn && request.Topics.Count > 0;
        if (!opens) return (Whole(request, isById), ErrorCode.None);
        var session = new FetchSession(services, isById);
        session.Remember(request);
        return (Of(session, session.Epoch, request), ErrorCode.None);
    }

    private (FetchScope? Scope, ErrorCode Error) Continue(FetchRequest request, bool isById)
    {
        if (sessions.Find(request.SessionId) is not { } session) return (null, ErrorCode.FetchSessionIdNotFound);
        if (session.Epoch != request.SessionEpoch) return (null, ErrorCode.InvalidFetchSessionEpoch);
        if (session.IsById != isById) return (null, ErrorCode.FetchSessionTopicIdError);
        if (!session.TryAdvance(request, out int epoch)) return (null, ErrorCode.InvalidFetchSessionEpoch);
        bool isEmpty = session.PartitionCount == 0;
        if (!isEmpty && sessions.TryResize(session)) return (Of(session, epoch, request), ErrorCode.None);
        sessions.Close(session.Id);
        if (isEmpty) return (Whole(request, isById), ErrorCode.None);
        return (null, ErrorCode.FetchSessionIdNotFound);
    }

    private SessionFetch Of(FetchSession session, int epoch, FetchRequest request) =>
        new(services, sessions, session, epoch, (IsolationLevel)request.IsolationLevel);

    private WholeFetch Whole(FetchRequest request, bool isById)
    {
        MetadataImage image = services.Image;
        int count = 0;
        foreach (FetchRequest.FetchTopic topic in request.Topics) count += topic.Partitions.Count;
        var partitions = new FetchedPartition[count];
        int next = 0;
        foreach (FetchRequest.FetchTopic topic in request.Topics)
        {
            foreach (FetchRequest.FetchPartition partition in topic.Partitions)
            {
                var name = new FetchedName(topic.Topic, topic.TopicId, partition.Partition);
                partitions[next++] = FetchedPartition.Of(image, isById, name, partition);
            }
        }

        return new WholeFetch(services, partitions, (IsolationLevel)request.IsolationLevel);
    }
}
