using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// A handler that asks actors and waits for their answers: administration, not the path of records. Whatever it waits
/// for has a time limit of its own.
/// </summary>
internal abstract class AsyncApiHandler<TRequest>(ApiKey key) : IApiHandler
    where TRequest : IRequestMessage
{
    public ApiKey Key => key;

    public bool KeepsBytes => false;

    public void Handle(IRequestMessage request, RequestContext context) =>
        _ = context.RespondAsync(HandleAsync((TRequest)request, context));

    protected abstract Task<IResponseMessage> HandleAsync(TRequest request, RequestContext context);
}
