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
    private readonly ServedRelease _release;

    /// <param name="release">What is served of them; null for everything.</param>
    public ApiHandlers(IEnumerable<IApiHandler> handlers, ServedRelease? release = null)
    {
        _release = release ?? ServedRelease.Current;
        _handlers = handlers.Where(handler => _release.Find(handler.Key) is not null)
            .ToFrozenDictionary(handler => handler.Key);
    }

    /// <summary>In the order of their keys.</summary>
    public IEnumerable<ApiDescription> Served => _handlers.Keys.Order().Select(key => _release.Find(key)!);

    /// <exception cref="ProtocolViolationException">It is no request, or one for something not served.</exception>
    public IApiHandler Find(RequestHeader header, out ApiDescription api)
    {
        api = _release.Find(header.Api)!;
        if (api is null || !_handlers.TryGetValue(api.Key, out IApiHandler? handler))
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
