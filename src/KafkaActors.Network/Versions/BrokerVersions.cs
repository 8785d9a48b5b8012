using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Network.Versions;

/// <summary>
/// The versions that one broker speaks, as it said at connect, and the choice among them: for each request the highest
/// that both sides know. What a request asks for and that version lacks is found here, before anything is sent, and
/// said with the version and the release of Apache Kafka that has it. Immutable.
/// </summary>
public sealed class BrokerVersions
{
    private readonly string _broker;
    private readonly FrozenDictionary<short, ApiVersionRange> _ranges;

    /// <param name="broker">Its name in messages.</param>
    public BrokerVersions(string broker, IEnumerable<KeyValuePair<short, ApiVersionRange>> ranges)
    {
        _broker = broker;
        _ranges = ranges.DistinctBy(range => range.Key).ToFrozenDictionary();
    }

    public static BrokerVersions Of(string broker, ApiVersionsResponse response) => Of(broker, response.ApiKeys);

    public static BrokerVersions Of(string broker, IEnumerable<ApiVersionsResponse.ApiVersion> apis) => new(
        broker,
        apis.Select(api => KeyValuePair.Create(api.ApiKey, new ApiVersionRange(api.MinVersion, api.MaxVersion))));

    /// <summary>The range that the broker has of an API; null when it has none.</summary>
    public ApiVersionRange? Of(ApiKey api) =>
        _ranges.TryGetValue((short)api, out ApiVersionRange range) ? range : null;

    /// <param name="lacks">What the broker lacks, in one sentence.</param>
    public bool TryChoose(IRequestMessage request, out short version, [NotNullWhen(false)] out string? lacks)
    {
        version = -1;
        if (!ApiMessages.TryGet((short)request.Api, out ApiDescription? ours))
            throw new ArgumentException($"{request.Api} is no API of this client.", nameof(request));
        if (Of(request.Api) is not { } theirs)
        {
            lacks = $"{_broker} has no {request.Api}, {KafkaReleases.WordFor(request.Api)}.";
            return false;
        }

        version = Math.Min(Math.Min(ours.Advertised.Max, theirs.Max), FeatureVersions.HighestFor(request));
        if (version < Math.Max(ours.Versions.Min, theirs.Min))
        {
            lacks = $"{_broker} speaks {request.Api} in the versions {theirs} and this client in {ours.Versions}: "
                + "no version of it will do.";
            return false;
        }

        lacks = Missing(request, version);
        return lacks is null;
    }

    private string? Missing(IRequestMessage request, short version)
    {
        if (FeatureVersions.NeededBy(request) is not { } needed || needed.Version <= version) return null;
        return $"{needed.Feature} needs {request.Api} v{needed.Version}, which Apache Kafka has from {needed.Release} "
            + $"on; {_broker} and this client have it up to v{version}.";
    }
}
