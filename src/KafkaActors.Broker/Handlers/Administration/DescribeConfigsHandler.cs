using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Serving;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>
/// DescribeConfigs: what holds for topics, groups and this broker, and where it comes from (KIP-226).
/// </summary>
internal sealed class DescribeConfigsHandler(NodeServices services)
    : ApiHandler<DescribeConfigsRequest>(ApiKey.DescribeConfigs)
{
    /// <summary>
    /// Of one request. Any name may be a group's, and an answer is some hundred times as long as its question.
    /// </summary>
    private const int MostResources = 10_000;

    protected override void Handle(DescribeConfigsRequest request, RequestContext context) => context.Respond(
        new DescribeConfigsResponse
        {
            // Each once.
            Results = [.. request.Resources.DistinctBy(asked => (asked.ResourceType, asked.ResourceName))
                .Select((asked, index) => index < MostResources ? Describe(asked, request) : Refuse(asked))],
        });

    private static DescribeConfigsResponse.DescribeConfigsResult Refuse(
        DescribeConfigsRequest.DescribeConfigsResource asked) => new()
    {
        ResourceType = asked.ResourceType,
        ResourceName = asked.ResourceName,
        ErrorCode = ErrorCode.InvalidRequest,
        ErrorMessage = $"One request may ask for {MostResources} resources at most.",
    };

    private DescribeConfigsResponse.DescribeConfigsResult Describe(
        DescribeConfigsRequest.DescribeConfigsResource asked, DescribeConfigsRequest request)
    {
        ResourceConfigs found =
            ResourceConfigs.Of(services, asked.ResourceType, asked.ResourceName, asked.ConfigurationKeys);
        return new()
        {
            ResourceType = asked.ResourceType,
            ResourceName = asked.ResourceName,
            ErrorCode = found.Error,
            ErrorMessage = found.Message,
            Configs = [.. found.Configs.Select(config => Entry(config, request))],
        };
    }

    private static DescribeConfigsResponse.DescribeConfigsResourceResult Entry(
        DescribedConfig config, DescribeConfigsRequest request) => new()
    {
        Name = config.Name,
        Value = config.Value,
        ReadOnly = config.IsReadOnly,
        ConfigSource = (sbyte)(byte)config.Origin,
        Synonyms = request.IncludeSynonyms ? [.. config.Synonyms.Select(synonym =>
            new DescribeConfigsResponse.DescribeConfigsSynonym
            {
                Name = synonym.Name, Value = synonym.Text, Source = (sbyte)(byte)synonym.Origin,
            })] : [],
        ConfigType = (sbyte)(byte)config.Type,
        Documentation = request.IncludeDocumentation ? config.Documentation : null,
    };
}
