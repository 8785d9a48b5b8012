using System.Collections.Frozen;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// The APIs that this node serves, and the way from a request's bytes to its handler. What is not here is not
/// advertised. A request that is not understood breaks its connection, except one for the versions themselves: that
/// is how clients and brokers of different ages meet (KIP-511).
/// </summary>
internal sealed class ApiHandlers
{
    private readonly FrozenDictionary<ApiKey, IApiHandler> _handlers;

    public ApiHandlers(IEnumerable<IApiHandler> handlers) =>
        _handlers = handlers.ToFrozenDictionary(handler => handler.Key);

    public IEnumerable<ApiKey> Served => _handlers.Keys.Order();

    /// <exception cref="ProtocolViolationException">It is no request, or one for something not served.</exception>
    public IApiHandler Find(RequestHeader header, out ApiDescription api)
    {
        if (!ApiMessages.TryGet(header.Key, out api!) || !_handlers.TryGetValue(api.Key, out IApiHandler? handler))
            throw new ProtocolViolationException($"API {header.Key} is not served");
        if (api.Versions.Contains(header.Version) || api.Key == ApiKey.ApiVersions) return handler;
        throw new ProtocolViolationException(
            $"version {header.Version} of {api.Name} is not served, {api.Versions} are");
    }

    /// <summary>Reads the request's body, which begins where the header ended.</summary>
    /// <exception cref="ProtocolViolationException">The body is not what its version says.</exception>
    public static IRequestMessage Read(ApiDescription api, RequestHeader header, ref ProtocolReader reader) =>
        api.Versions.Contains(header.Version)
            ? api.ReadRequest(ref reader, header.Version)
            : new ApiVersionsRequest();

    /// <summary>
    /// The version in which a request is answered: the one it came in, or 0 when we do not know that.
    /// </summary>
    public static short AnswerVersion(ApiDescription api, RequestHeader header) =>
        api.Versions.Contains(header.Version) ? header.Version : (short)0;
}
