using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// A handler that answers at once, or through an object of its own that lives as long as the request.
/// </summary>
internal abstract class ApiHandler<TRequest>(ApiKey key) : IApiHandler
    where TRequest : IRequestMessage
{
    public ApiKey Key => key;

    public virtual bool KeepsBytes => false;

    public void Handle(IRequestMessage request, RequestContext context) => Handle((TRequest)request, context);

    protected abstract void Handle(TRequest request, RequestContext context);
}
