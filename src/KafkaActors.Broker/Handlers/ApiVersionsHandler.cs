using KafkaActors.Broker.Serving;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Says what is served (KIP-511): the first thing a client asks. A version of the question itself that is not known is
/// answered in the oldest, with the error and all the same the list, from which a client takes the version it asks in
/// next. To a client of our own it also tells where the node's Akka door is.
/// </summary>
internal sealed class ApiVersionsHandler : ApiHandler<ApiVersionsRequest>
{
    /// <summary>What our own client gives as <c>client_software_name</c>.</summary>
    public const string OwnClient = "kafka-actors";

    private readonly NodeServices _services;
    /// <summary>APIs from here on are not Kafka's: other clients are not shown them.</summary>
    private const short FirstOwnApi = 9000;

    private readonly Lazy<IReadOnlyList<ApiVersionsResponse.ApiVersion>> _served;
    private readonly Lazy<IReadOnlyList<ApiVersionsResponse.ApiVersion>> _kafkas;

    /// <param name="served">What this node serves; asked for when the first client comes.</param>
    public ApiVersionsHandler(NodeServices services, Func<IEnumerable<ApiDescription>> served)
        : base(ApiKey.ApiVersions)
    {
        _services = services;
        _served = new(() => [.. served().Select(Describe)]);
        _kafkas = new(() => [.. _served.Value.Where(api => api.ApiKey < FirstOwnApi)]);
    }

    protected override void Handle(ApiVersionsRequest request, RequestContext context)
    {
        ErrorCode error = ErrorOf(request, context.Version);
        if (error == ErrorCode.None && request.ClientSoftwareName.Length > 0)
            context.Introduce(new ClientSoftware(request.ClientSoftwareName, request.ClientSoftwareVersion));
        bool isOwn = request.ClientSoftwareName == OwnClient;
        context.Respond(new ApiVersionsResponse
        {
            ErrorCode = error,
            ApiKeys = isOwn ? _served.Value : _kafkas.Value,
            AkkaAddress = isOwn ? _services.AkkaAddress : null,
        });
    }

    private ErrorCode ErrorOf(ApiVersionsRequest request, short version)
    {
        ApiVersionsResponse.ApiVersion own = _kafkas.Value.First(api => api.ApiKey == (short)ApiKey.ApiVersions);
        if (version < own.MinVersion || version > own.MaxVersion) return ErrorCode.UnsupportedVersion;
        bool isNamed = version < 3
            || (IsWord(request.ClientSoftwareName) && IsWord(request.ClientSoftwareVersion));
        return isNamed ? ErrorCode.None : ErrorCode.InvalidRequest;
    }

    // Letters, digits, '-' and '.', beginning and ending with one of the first two: it is shown in metrics.
    private static bool IsWord(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1])
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.');

    /// <summary>The API as clients are told of it.</summary>
    public static ApiVersionsResponse.ApiVersion Describe(ApiDescription api) => new()
    {
        ApiKey = (short)api.Key, MinVersion = api.Advertised.Min, MaxVersion = api.Advertised.Max,
    };
}
