using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Fetch, for consumers: ranges of logs that this node leads, below the high watermark, at once or when there are
/// enough bytes or the wait is over. In a session (KIP-227) a request names only what has changed.
/// </summary>
internal sealed class FetchHandler(NodeServices services, FetchLimits limits, FetchSessions sessions)
    : ApiHandler<FetchRequest>(ApiKey.Fetch)
{
    /// <summary>From it on an answer as a whole has an error, as sessions need it (KIP-227).</summary>
    private const short FirstWithError = 7;

    protected override void Handle(FetchRequest request, RequestContext context)
    {
        // Only followers name themselves, and this is a client's door; all that is negative is a consumer.
        NodeId replica = request.ReplicaState?.ReplicaId ?? request.ReplicaId;
        (FetchScope? scope, ErrorCode error) = replica.Value >= 0
            ? (null, ErrorCode.ClusterAuthorizationFailed)
            : ScopeOf(request, context.Version);
        if (scope is not null) new FetchCall(services, limits, request, scope, context).Begin();
        else context.Respond(Refused(request, error, context.Version));
    }

    // Before it had an error of its own, an answer told it with each partition.
    private static FetchResponse Refused(FetchRequest request, ErrorCode error, short version) =>
        version >= FirstWithError
            ? new() { ErrorCode = error }
            : new()
            {
                Responses = [.. request.Topics.Select(topic => new FetchResponse.FetchableTopicResponse
                {
                    Topic = topic.Topic,
                    Partitions = [.. topic.Partitions.Select(partition => new FetchResponse.PartitionData
                    {
                        PartitionIndex = partition.Partition,
                        ErrorCode = error,
                        HighWatermark = -1,
                        Records = MemoryRecords.Empty,
                    })],
                })],
            };

    private (FetchScope? Scope, ErrorCode Error) ScopeOf(FetchRequest request, short version)
    {
        bool isWhole = request.SessionEpoch is FetchSession.InitialEpoch or FetchSession.FinalEpoch;
        if (!isWhole) return Continue(request, version);
        // Whoever begins anew has done with the session that he had.
        if (request.SessionId != FetchSessions.NoSession) sessions.Close(request.SessionId);
        bool opens = request.SessionEpoch == FetchSession.InitialEpoch && sessions.IsOn && request.Topics.Count > 0
            && !NamesNoTopic(request);
        if (!opens) return (Whole(request, version), ErrorCode.None);
        var session = new FetchSession(services, IsById(version));
        session.Remember(request);
        return (Of(session, session.Epoch, request, version), ErrorCode.None);
    }

    private (FetchScope? Scope, ErrorCode Error) Continue(FetchRequest request, short version)
    {
        if (sessions.Find(request.SessionId) is not { } session) return (null, ErrorCode.FetchSessionIdNotFound);
        if (session.Epoch != request.SessionEpoch) return (null, ErrorCode.InvalidFetchSessionEpoch);
        if (session.IsById != IsById(version)) return (null, ErrorCode.FetchSessionTopicIdError);
        if (NamesNoTopic(request))
        {
            sessions.Close(session.Id);
            return (null, ErrorCode.FetchSessionIdNotFound);
        }

        if (!session.TryAdvance(request, out int epoch)) return (null, ErrorCode.InvalidFetchSessionEpoch);
        bool isEmpty = session.PartitionCount == 0;
        if (!isEmpty && sessions.TryResize(session)) return (Of(session, epoch, request, version), ErrorCode.None);
        sessions.Close(session.Id);
        if (isEmpty) return (Whole(request, version), ErrorCode.None);
        return (null, ErrorCode.FetchSessionIdNotFound);
    }

    private static bool IsById(short version) => version >= FetchedPartition.FirstWithTopicIds;

    // Names are remembered with a session: not such as no topic can have, of up to 32 kB each.
    private static bool NamesNoTopic(FetchRequest request)
    {
        foreach (FetchRequest.FetchTopic topic in request.Topics)
        {
            if (topic.Topic.Length > TopicName.LongestName) return true;
        }

        return false;
    }

    private SessionFetch Of(FetchSession session, int epoch, FetchRequest request, short version) =>
        new(sessions, session, epoch, version, (IsolationLevel)request.IsolationLevel);

    private WholeFetch Whole(FetchRequest request, short version)
    {
        MetadataImage image = services.Image;
        bool isOne = request.Topics.Count == 1 && request.Topics[0].Partitions.Count == 1;
        Dictionary<FetchedName, int>? places = isOne ? null : [];
        var partitions = new List<FetchedPartition>();
        foreach (FetchRequest.FetchTopic topic in request.Topics)
        {
            foreach (FetchRequest.FetchPartition partition in topic.Partitions)
            {
                var name = new FetchedName(topic.Topic, topic.TopicId, partition.Partition);
                var fetched = FetchedPartition.Of(image, version, name, partition);
                // One that is named again is looked at once, in its first place and as it was asked for last.
                if (places?.TryAdd(name, partitions.Count) ?? true) partitions.Add(fetched);
                else partitions[places[name]] = fetched;
            }
        }

        return new WholeFetch(services, partitions, (IsolationLevel)request.IsolationLevel);
    }
}
