using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Serves one API, in every version of its message. Shared by all connections: it has no state of a client.
/// </summary>
internal interface IApiHandler
{
    ApiKey Key { get; }

    /// <summary>Whether the request's bytes are used until it is answered, and not only while it is handled.</summary>
    bool KeepsBytes { get; }

    /// <summary>
    /// What a client is told whose request's body cannot be read, where the API has a word for that; null closes its
    /// connection. The frame was whole, so that what comes after it can be read.
    /// </summary>
    IResponseMessage? RefusalOf(ProtocolViolationException fault) => null;

    /// <summary>Never blocks, and throws nothing for what a client can send.</summary>
    void Handle(IRequestMessage request, RequestContext context);
}
