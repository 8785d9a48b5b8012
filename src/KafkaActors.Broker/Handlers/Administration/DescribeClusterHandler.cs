using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers.Administration;

/// <summary>
/// DescribeCluster: the nodes, at the addresses of the listener that the request came in on (KIP-700).
/// </summary>
internal sealed class DescribeClusterHandler(NodeServices services)
    : ApiHandler<DescribeClusterRequest>(ApiKey.DescribeCluster)
{
    private const sbyte Brokers = 1;
    private const sbyte Controllers = 2;

    protected override void Handle(DescribeClusterRequest request, RequestContext context)
    {
        MetadataImage image = services.Image;
        if (request.EndpointType != Brokers)
        {
            // The controller has no door of its own for Kafka clients: it is one of the brokers.
            context.Respond(new DescribeClusterResponse
            {
                ErrorCode = request.EndpointType == Controllers
                    ? ErrorCode.MismatchedEndpointType
                    : ErrorCode.UnsupportedEndpointType,
                ErrorMessage = "This listener serves brokers alone.",
                EndpointType = request.EndpointType,
                ClusterId = image.ClusterId,
            });
            return;
        }

        context.Respond(new DescribeClusterResponse
        {
            ClusterId = image.ClusterId,
            ControllerId = ClusterView.Controller(services, context.ListenerName),
            Brokers = [.. ClusterView.Nodes(image, services.Node, context.ListenerName).Select(node =>
                new DescribeClusterResponse.DescribeClusterBroker
                {
                    BrokerId = node.Node, Host = node.At.Host, Port = node.At.Port,
                    Rack = image.Broker(node.Node)?.Rack,
                })],
            ClusterAuthorizedOperations = AuthorizedOperations.OfCluster(request.IncludeClusterAuthorizedOperations),
        });
    }
}
