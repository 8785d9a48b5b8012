using System.Globalization;
using KafkaActors.Client.Administration.Calls;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Administration.Configs;

/// <summary>
/// Shows configurations with all the places their values could come from, and changes them. A broker is asked for its
/// own; what belongs to the cluster, any node shows and the controller changes. Without a timeout of their own requests
/// have <c>default.api.timeout.ms</c>. Any thread may use it.
/// </summary>
public sealed class ConfigAdministration
{
    private readonly AdminCalls _calls;

    internal ConfigAdministration(AdminCalls calls) => _calls = calls;

    /// <summary>The resources in the order asked for; what one of them is refused for is in its row.</summary>
    /// <param name="keys">Null for every key.</param>
    /// <exception cref="KafkaException">A node did not answer within the timeout.</exception>
    public async Task<IReadOnlyList<ResourceDescription>> DescribeAsync(
        IReadOnlyCollection<ConfigResource> resources,
        IReadOnlyList<string>? keys = null,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        DescribeConfigsResponse[] answers = await Task.WhenAll(resources
            .GroupBy(resource => TargetOf(resource, CallTarget.AnyNode))
            .Select(group => _calls.AskAsync<DescribeConfigsResponse>(
                group.Key, ConfigRequests.Describe(group, keys), _ => ErrorCode.None, timeout, cancellationToken)))
            .ConfigureAwait(false);
        Dictionary<ConfigResource, ResourceDescription> found = [];
        foreach (ResourceDescription row in answers.SelectMany(ConfigRequests.Rows)) found[row.Resource] = row;
        return [.. resources.Where(found.ContainsKey).Select(resource => found[resource])];
    }

    /// <summary>Changes the keys that are named and no others (KIP-339), each resource as a whole.</summary>
    /// <exception cref="KafkaException">A node did not answer within the timeout.</exception>
    public async Task<IReadOnlyList<ResourceResult>> AlterAsync(
        IReadOnlyList<ResourceChange> changes,
        bool validateOnly = false,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        IncrementalAlterConfigsResponse[] answers = await Task.WhenAll(changes
            .GroupBy(change => TargetOf(change.Resource, CallTarget.TheController))
            .Select(group => _calls.AskAsync<IncrementalAlterConfigsResponse>(
                group.Key,
                ConfigRequests.Alter(group, validateOnly),
                answer => AdminErrors.WithoutController(answer.Responses.Select(row => row.ErrorCode)),
                timeout,
                cancellationToken)))
            .ConfigureAwait(false);
        return [.. answers.SelectMany(ConfigRequests.Rows)];
    }

    private static CallTarget TargetOf(ConfigResource resource, CallTarget otherwise) =>
        resource.Type == ConfigResourceType.Broker
        && int.TryParse(resource.Name, NumberStyles.None, CultureInfo.InvariantCulture, out int node)
            ? new CallTarget.Node(new NodeId(node))
            : otherwise;
}
