using KafkaActors.Broker.Serving;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>
/// UnregisterBroker: a node that will not come back is forgotten, until it registers again (KIP-631).
/// </summary>
internal sealed class UnregisterBrokerHandler(NodeServices services)
    : AsyncApiHandler<UnregisterBrokerRequest>(ApiKey.UnregisterBroker)
{
    protected override async Task<IResponseMessage> HandleAsync(
        UnregisterBrokerRequest request, RequestContext context)
    {
        (ErrorCode error, string? message) =
            await services.Changes.UnregisterBrokerAsync(request.BrokerId).ConfigureAwait(false);
        return new UnregisterBrokerResponse { ErrorCode = error, ErrorMessage = message };
    }
}
