using KafkaActors.Broker.FrontDoor;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Messages;
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
        var row = new DescribeConfigsResponse.DescribeConfigsResult
        {
            ResourceType = asked.ResourceType, ResourceName = asked.ResourceName,
        };
        if (!ResourceNames.TryRead(asked.ResourceType, asked.ResourceName, out AdminProtocol.Resource resource))
        {
            row.ErrorCode = ErrorCode.InvalidRequest;
            row.ErrorMessage = $"Resources of type {asked.ResourceType} have no configuration here.";
            return row;
        }

        var describe = new AdminProtocol.DescribeConfigs(0, [resource], asked.ConfigurationKeys);
        AdminProtocol.ResourceConfigs found = ConfigAnswer.Of(services.Node, describe).Resources[0];
        row.ErrorCode = found.Error;
        row.ErrorMessage = found.Message;
        row.Configs = [.. found.Entries.Select(entry => Entry(resource.Type, entry, request))];
        return row;
    }

    private static DescribeConfigsResponse.DescribeConfigsResourceResult Entry(
        AdminProtocol.ResourceType type, AdminProtocol.ConfigEntry entry, DescribeConfigsRequest request)
    {
        ConfigDefinition? definition = type switch
        {
            AdminProtocol.ResourceType.Topic => TopicConfigs.Find(entry.Name),
            AdminProtocol.ResourceType.Group => GroupConfigs.Find(entry.Name),
            _ => null,
        };
        return new()
        {
            Name = entry.Name,
            Value = entry.Value,
            ReadOnly = entry.IsReadOnly,
            ConfigSource = (sbyte)entry.Source,
            Synonyms = request.IncludeSynonyms ? [.. Synonyms(entry, definition)] : [],
            ConfigType = (sbyte)(byte)(definition?.Type ?? ConfigType.String),
            Documentation = request.IncludeDocumentation ? entry.Documentation : null,
        };
    }

    // The value that holds, and the one that would if nothing were set.
    private static IEnumerable<DescribeConfigsResponse.DescribeConfigsSynonym> Synonyms(
        AdminProtocol.ConfigEntry entry, ConfigDefinition? definition)
    {
        yield return new() { Name = entry.Name, Value = entry.Value, Source = (sbyte)entry.Source };
        if (definition is null || entry.Source == AdminProtocol.ConfigSource.DefaultConfig) yield break;
        yield return new()
        {
            Name = definition.BrokerSettings.Count > 0 ? definition.BrokerSettings[0].Name : entry.Name,
            Value = definition.Default,
            Source = (sbyte)AdminProtocol.ConfigSource.DefaultConfig,
        };
    }
}
