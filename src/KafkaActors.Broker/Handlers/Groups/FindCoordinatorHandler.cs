using KafkaActors.Broker.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Groups;

/// <summary>
/// FindCoordinator: where the group coordinator is, as the metadata names it. The first client that asks gets the
/// offsets topic created.
/// </summary>
internal sealed class FindCoordinatorHandler(NodeServices services, TransactionRefusals refusals)
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
        NodeId node = error == ErrorCode.None ? services.Image.Coordinator : NodeId.None;
        if (context.Version < FirstBatched)
        {
            return new FindCoordinatorResponse
            {
                ErrorCode = error, ErrorMessage = message, NodeId = node, Host = at.Host ?? "", Port = at.Port,
            };
        }

        return new FindCoordinatorResponse
        {
            Coordinators = [.. request.CoordinatorKeys.Select(key => new FindCoordinatorResponse.Coordinator
            {
                Key = key,
                ErrorCode = error,
                ErrorMessage = message,
                NodeId = node,
                Host = at.Host ?? "",
                Port = at.Port,
            })],
        };
    }

    private async Task<(ErrorCode Error, string? Message, BrokerEndpoint At)> FindAsync(string listener)
    {
        if (services.Image.Topic(OffsetsTopic.Name) is null && await CreateAsync().ConfigureAwait(false) is { } fault)
            return (ErrorCode.CoordinatorNotAvailable, fault, default);
        return services.EndpointOf(services.Image.Coordinator, listener) is { } endpoint
            ? (ErrorCode.None, null, endpoint)
            : (ErrorCode.CoordinatorNotAvailable, "The group coordinator is starting.", default);
    }

    // Two that ask at once may both try: one of them is told that the topic exists.
    private async Task<string?> CreateAsync()
    {
        try
        {
            var create = new AdminProtocol.CreateTopics(
                0, [OffsetsTopic.Create()], CreateTimeout, ValidateOnly: false);
            AdminProtocol.TopicsChanged changed = await NodeServices
                .AskAsync<AdminProtocol.TopicsChanged>(services.Admin, create, CreateTimeout).ConfigureAwait(false);
            AdminProtocol.TopicResult created = changed.Topics[0];
            return created.Error is ErrorCode.None or ErrorCode.TopicAlreadyExists
                ? null
                : $"{OffsetsTopic.Name} cannot be created: {created.Message ?? created.Error.ToString()}";
        }
        catch (TimeoutException)
        {
            return $"{OffsetsTopic.Name} was not created in time.";
        }
    }
}
