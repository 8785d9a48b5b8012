using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>IncrementalAlterConfigs: changes what the request names and nothing else (KIP-339).</summary>
internal sealed class IncrementalAlterConfigsHandler(NodeServices services)
    : AsyncApiHandler<IncrementalAlterConfigsRequest>(ApiKey.IncrementalAlterConfigs)
{
    protected override async Task<IResponseMessage> HandleAsync(
        IncrementalAlterConfigsRequest request, RequestContext context)
    {
        var rows = new List<IncrementalAlterConfigsResponse.AlterConfigsResourceResponse>();
        var changes = new List<ResourceChangeRequest>();
        foreach (IncrementalAlterConfigsRequest.AlterConfigsResource asked in request.Resources)
        {
            if (!ResourceNames.TryRead(asked.ResourceType, asked.ResourceName, out ConfigResource resource))
                rows.Add(Refuse(asked, ResourceNames.Fault(asked.ResourceType)!));
            else if (asked.Configs.Any(config => config.ConfigOperation is < 0 or > 3))
                rows.Add(Refuse(asked, "Unknown operation."));
            else
                changes.Add(new ResourceChangeRequest(resource, [.. asked.Configs.Select(Change)]));
        }

        IReadOnlyList<ResourceResult> altered =
            await services.Changes.AlterConfigsAsync(changes, request.ValidateOnly).ConfigureAwait(false);
        rows.AddRange(altered.Select(result =>
            Row((sbyte)result.Resource.Type, result.Resource.Name, result.Error, result.Message)));
        return new IncrementalAlterConfigsResponse { Responses = rows };
    }

    private static ConfigChangeRequest Change(IncrementalAlterConfigsRequest.AlterableConfig config) =>
        new(config.Name, (ConfigOperation)config.ConfigOperation, config.Value);

    private static IncrementalAlterConfigsResponse.AlterConfigsResourceResponse Refuse(
        IncrementalAlterConfigsRequest.AlterConfigsResource asked, string message) =>
        Row(asked.ResourceType, asked.ResourceName, ErrorCode.InvalidRequest, message);

    private static IncrementalAlterConfigsResponse.AlterConfigsResourceResponse Row(
        sbyte type, string name, ErrorCode error, string? message) => new()
    {
        ResourceType = type, ResourceName = name, ErrorCode = error, ErrorMessage = message,
    };
}
