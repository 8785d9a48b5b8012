using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>
/// AlterConfigs, which replaces all that is set for a resource: what the request does not name holds its default again.
/// Older clients know no other.
/// </summary>
internal sealed class AlterConfigsHandler(NodeServices services)
    : AsyncApiHandler<AlterConfigsRequest>(ApiKey.AlterConfigs)
{
    protected override async Task<IResponseMessage> HandleAsync(AlterConfigsRequest request, RequestContext context)
    {
        var rows = new List<AlterConfigsResponse.AlterConfigsResourceResponse>();
        var changes = new List<ResourceChangeRequest>();
        foreach (AlterConfigsRequest.AlterConfigsResource asked in request.Resources)
        {
            if (ResourceNames.TryRead(asked.ResourceType, asked.ResourceName, out ConfigResource resource))
                changes.Add(new ResourceChangeRequest(resource, [.. Replacing(resource, asked)]));
            else
                rows.Add(Refuse(asked, ResourceNames.Fault(asked.ResourceType)!));
        }

        IReadOnlyList<ResourceResult> altered =
            await services.Changes.AlterConfigsAsync(changes, request.ValidateOnly).ConfigureAwait(false);
        rows.AddRange(altered.Select(result =>
            Row((sbyte)result.Resource.Type, result.Resource.Name, result.Error, result.Message)));
        return new AlterConfigsResponse { Responses = rows };
    }

    private IEnumerable<ConfigChangeRequest> Replacing(
        ConfigResource resource, AlterConfigsRequest.AlterConfigsResource asked)
    {
        HashSet<string> named = [.. asked.Configs.Select(config => config.Name)];
        return services.Image.ConfigsOf(resource).Keys.Where(name => !named.Contains(name))
            .Select(name => new ConfigChangeRequest(name, ConfigOperation.Delete, null))
            .Concat(asked.Configs.Select(config => new ConfigChangeRequest(
                config.Name, ConfigOperation.Set, config.Value)));
    }

    private static AlterConfigsResponse.AlterConfigsResourceResponse Refuse(
        AlterConfigsRequest.AlterConfigsResource asked, string message) =>
        Row(asked.ResourceType, asked.ResourceName, ErrorCode.InvalidRequest, message);

    private static AlterConfigsResponse.AlterConfigsResourceResponse Row(
        sbyte type, string name, ErrorCode error, string? message) => new()
    {
        ResourceType = type, ResourceName = name, ErrorCode = error, ErrorMessage = message,
    };
}
