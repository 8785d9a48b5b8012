using KafkaActors.Broker.Serving;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// InitProducerId: an id of its own for an idempotent producer (KIP-98), or the next epoch of the one it has.
/// </summary>
internal sealed class InitProducerIdHandler(NodeServices services, TransactionRefusals refusals)
    : AsyncApiHandler<InitProducerIdRequest>(ApiKey.InitProducerId)
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    protected override async Task<IResponseMessage> HandleAsync(InitProducerIdRequest request, RequestContext context)
    {
        if (request.TransactionalId is not null)
        {
            refusals.Add(context.ClientHost);
            return Refuse(ErrorCode.InvalidRequest);
        }

        // Both are there, or neither is.
        if ((request.ProducerId == -1) != (request.ProducerEpoch == -1)) return Refuse(ErrorCode.InvalidRequest);
        try
        {
            var assign = new ProducerIdProtocol.Assign(request.ProducerId, request.ProducerEpoch);
            ProducerIdProtocol.Assigned assigned = await NodeServices
                .AskAsync<ProducerIdProtocol.Assigned>(services.ProducerIds, assign, Timeout)
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
