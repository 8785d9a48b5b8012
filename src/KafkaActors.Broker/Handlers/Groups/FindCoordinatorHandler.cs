using KafkaActors.Broker.Groups;
using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>
/// FindCoordinator: where the group coordinator is, as the metadata names it. The first client that asks gets the
/// offsets topic created.
/// </summary>
internal sealed class FindCoordinatorHandler(
    NodeServices services, TransactionRefusals refusals, GroupGateway groups)
    : AsyncApiHandler<FindCoordinatorRequest>(ApiKey.FindCoordinator)
{
    private const sbyte GroupKey = 0;
    private const sbyte TransactionKey = 1;
    private const short FirstBatched = 4;

    private static readonly TimeSpan CreateTimeout = TimeSpan.FromSeconds(10);

    protected override async Task<IResponseMessage> HandleAsync(FindCoordinatorRequest request, RequestContext context)
    {
        if (request.KeyType == TransactionKey) refusals.Add(context.ClientHost);
        (ErrorCode error, string? message, BrokerEndpoint at) = request.KeyType switch
        {
            GroupKey => await FindAsync(context.ListenerName).ConfigureAwait(false),
            TransactionKey => (ErrorCode.InvalidRequest, TransactionRefusals.Reason, default),
            _ => (ErrorCode.InvalidRequest, "Groups are all that is coordinated here yet.", default),
        };
        NodeId node = services.Image.Coordinator(OffsetsTopic.Name).Node;
        if (context.Version < FirstBatched)
        {
            FindCoordinatorResponse.Coordinator one = Row(request.Key, error, message, node, at);
            return new FindCoordinatorResponse
            {
                ErrorCode = one.ErrorCode,
                ErrorMessage = one.ErrorMessage,
                NodeId = one.NodeId,
                Host = one.Host,
                Port = one.Port,
            };
        }

        return new FindCoordinatorResponse
        {
            Coordinators = [.. request.CoordinatorKeys.Select(key => Row(key, error, message, node, at))],
        };
    }

    /// <summary>A group in a partition that cannot be read has no coordinator, and its clients learn why.</summary>
    private FindCoordinatorResponse.Coordinator Row(
        string key, ErrorCode error, string? message, NodeId node, BrokerEndpoint at)
    {
        if (error == ErrorCode.None && groups.FaultOf(key) is { } fault)
            (error, message, at) = (ErrorCode.CoordinatorNotAvailable, fault, default);
        return new()
        {
            Key = key,
            ErrorCode = error,
            ErrorMessage = message,
            NodeId = error == ErrorCode.None ? node : NodeId.None,
            Host = at.Host ?? "",
            Port = at.Port,
        };
    }

    private async Task<(ErrorCode Error, string? Message, BrokerEndpoint At)> FindAsync(string listener)
    {
        if (services.Image.Topic(OffsetsTopic.Name) is null && await CreateAsync().ConfigureAwait(false) is { } fault)
            return (ErrorCode.CoordinatorNotAvailable, fault, default);
        NodeId node = services.Image.Coordinator(OffsetsTopic.Name).Node;
        if (services.Succession.HasDeparted(node))
        {
            return (
                ErrorCode.CoordinatorNotAvailable,
                $"The group coordinator's node {node} has gone; another takes over.",
                default);
        }

        return services.EndpointOf(node, listener) is { } endpoint
            ? (ErrorCode.None, null, endpoint)
            : (ErrorCode.CoordinatorNotAvailable, "The group coordinator is starting.", default);
    }

    // Two that ask at once may both try: one of them is told that the topic exists.
    private async Task<string?> CreateAsync()
    {
        IReadOnlyList<TopicResult> topics = await services.Changes
            .CreateTopicsAsync([NewTopic.Named(OffsetsTopic.Name)], CreateTimeout).ConfigureAwait(false);
        TopicResult created = topics[0];
        return created.Error is ErrorCode.None or ErrorCode.TopicAlreadyExists
            ? null
            : $"{OffsetsTopic.Name} cannot be created: {created.Message ?? created.Error.ToString()}";
    }
}
