using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// InitProducerId: an id of its own for an idempotent producer (KIP-98), or the next epoch of the one it has.
/// </summary>
internal sealed class InitProducerIdHandler(NodeServices services)
    : AsyncApiHandler<InitProducerIdRequest>(ApiKey.InitProducerId)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    protected override async Task<IResponseMessage> HandleAsync(InitProducerIdRequest request, RequestContext context)
    {
        // There is no transaction coordinator: nothing a client could wait for.
        if (request.TransactionalId is not null) return Refuse(ErrorCode.TransactionalIdAuthorizationFailed);
        try
        {
            var init = new ProduceProtocol.InitProducerId(0, request.ProducerId, request.ProducerEpoch);
            var assigned = await NodeServices
                .AskAsync<ProduceProtocol.ProducerIdAssigned>(services.ProducerIds, init, Timeout)
                .ConfigureAwait(false);
            return new InitProducerIdResponse
            {
                ErrorCode = assigned.Error,
                ProducerId = assigned.ProducerId,
                ProducerEpoch = assigned.ProducerEpoch,
            };
        }
        catch (TimeoutException)
        {
            return Refuse(ErrorCode.CoordinatorNotAvailable);
        }
    }

    private static InitProducerIdResponse Refuse(ErrorCode error) => new() { ErrorCode = error, ProducerEpoch = -1 };
}
