using System.Globalization;
using KafkaActors.Client.Administration.Groups;
using KafkaActors.Client.Configuration;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Administration.Configs;

/// <summary>
/// Shows configurations with all the places their values could come from. A broker is asked for its own; what belongs
/// to the cluster, any node knows. Without a timeout of their own requests have <c>default.api.timeout.ms</c>. Any
/// thread may use it.
/// </summary>
public sealed class ConfigAdministration
{
    private readonly AdminClient _admin;
    private readonly CoordinatorClient _nodes;

    internal ConfigAdministration(AdminClient admin, ClientSettings settings)
    {
        _admin = admin;
        _nodes = new CoordinatorClient(admin, settings);
    }

    /// <summary>The resources in the order asked for; what one of them is refused for is in its row.</summary>
    /// <exception cref="KafkaException">A node did not answer within the timeout.</exception>
    public async Task<IReadOnlyList<ResourceDescription>> DescribeAsync(
        IReadOnlyCollection<AdminProtocol.Resource> resources,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        MetadataProtocol.Described cluster =
            await _admin.DescribeAsync([], timeout, cancellationToken).ConfigureAwait(false);
        NodeId any = cluster.Brokers.Count > 0
            ? cluster.Brokers[0].Node
            : throw new KafkaException(ErrorCode.BrokerNotAvailable, "The cluster has no broker in service.");
        ResourceDescription[][] answers = await Task.WhenAll(resources.GroupBy(resource => NodeOf(resource) ?? any)
            .Select(group => AskAsync(group.Key, [.. group], timeout, cancellationToken))).ConfigureAwait(false);
        var found = answers.SelectMany(rows => rows).ToDictionary(row => row.Resource);
        return [.. resources.Where(found.ContainsKey).Select(resource => found[resource])];
    }

    private async Task<ResourceDescription[]> AskAsync(
        NodeId node, AdminProtocol.Resource[] resources, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        var request = new DescribeConfigsRequest
        {
            Resources = [.. resources.Select(resource => new DescribeConfigsRequest.DescribeConfigsResource
            {
                ResourceType = (sbyte)resource.Type, ResourceName = resource.Name,
            })],
            IncludeSynonyms = true,
            IncludeDocumentation = true,
        };
        DescribeConfigsResponse answer = await _nodes.AskNodeAsync<DescribeConfigsResponse>(
            node, request, _ => ErrorCode.None, timeout, cancellationToken).ConfigureAwait(false);
        return [.. answer.Results.Select(Description)];
    }

    private static NodeId? NodeOf(AdminProtocol.Resource resource) =>
        resource.Type == AdminProtocol.ResourceType.Broker
        && int.TryParse(resource.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int node)
            ? new NodeId(node)
            : null;

    private static ResourceDescription Description(DescribeConfigsResponse.DescribeConfigsResult result) => new(
        new AdminProtocol.Resource((AdminProtocol.ResourceType)result.ResourceType, result.ResourceName),
        result.ErrorCode,
        result.ErrorMessage,
        [.. result.Configs.Select(config => new ConfigDescription(
            config.Name,
            config.Value,
            (AdminProtocol.ConfigSource)config.ConfigSource,
            config.ReadOnly,
            config.IsSensitive,
            config.Documentation ?? "",
            [.. config.Synonyms.Select(synonym => new ConfigSynonym(
                synonym.Name, synonym.Value, (AdminProtocol.ConfigSource)synonym.Source))]))]);
}
