using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Administration.Configs;

/// <summary>Kafka's requests about configurations, and what their answers say. Pure.</summary>
internal static class ConfigRequests
{
    /// <param name="keys">Null for every key.</param>
    public static DescribeConfigsRequest Describe(
        IEnumerable<ConfigResource> resources, IReadOnlyList<string>? keys) => new()
    {
        Resources = [.. resources.Select(resource => new DescribeConfigsRequest.DescribeConfigsResource
        {
            ResourceType = (sbyte)resource.Type, ResourceName = resource.Name, ConfigurationKeys = keys,
        })],
        IncludeSynonyms = true,
        IncludeDocumentation = true,
    };

    public static IncrementalAlterConfigsRequest Alter(IEnumerable<ResourceChange> changes, bool validateOnly) => new()
    {
        Resources = [.. changes.Select(change => new IncrementalAlterConfigsRequest.AlterConfigsResource
        {
            ResourceType = (sbyte)change.Resource.Type,
            ResourceName = change.Resource.Name,
            Configs = [.. change.Changes.Select(config => new IncrementalAlterConfigsRequest.AlterableConfig
            {
                Name = config.Name, ConfigOperation = (sbyte)config.Operation, Value = config.Value,
            })],
        })],
        ValidateOnly = validateOnly,
    };

    public static IEnumerable<ResourceResult> Rows(IncrementalAlterConfigsResponse response) =>
        response.Responses.Select(row => new ResourceResult(
            Resource(row.ResourceType, row.ResourceName), row.ErrorCode, row.ErrorMessage));

    public static IEnumerable<ResourceDescription> Rows(DescribeConfigsResponse response) =>
        response.Results.Select(result => new ResourceDescription(
            Resource(result.ResourceType, result.ResourceName),
            result.ErrorCode,
            result.ErrorMessage,
            [.. result.Configs.Select(Description)]));

    private static ConfigResource Resource(sbyte type, string name) => new((ConfigResourceType)type, name);

    private static ConfigDescription Description(DescribeConfigsResponse.DescribeConfigsResourceResult config) => new(
        config.Name,
        config.Value,
        (ConfigSource)config.ConfigSource,
        config.ReadOnly,
        config.IsSensitive,
        config.Documentation ?? "",
        [.. config.Synonyms.Select(synonym => new ConfigSynonym(
            synonym.Name, synonym.Value, (ConfigSource)synonym.Source))]);
}
