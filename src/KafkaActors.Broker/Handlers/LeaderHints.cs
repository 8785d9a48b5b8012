using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Adds to an answer that says "not here" who leads, and where it is (KIP-951), so that a client need not ask for
/// metadata first.
/// </summary>
internal static class LeaderHints
{
    public const short FirstProduceVersion = 10;

    public static void AddTo(ProduceResponse response, NodeServices services, RequestContext context)
    {
        MetadataImage image = services.Image;
        var leaders = new HashSet<NodeId>();
        foreach (ProduceResponse.TopicProduceResponse topic in response.Responses)
        {
            foreach (ProduceResponse.PartitionProduceResponse partition in topic.PartitionResponses)
            {
                if (!LeaderErrors.NamesLeader(partition.ErrorCode)) continue;
                if (Partition(image.Topic(topic.Name), partition.Index) is not { HasLeader: true } known) continue;
                partition.CurrentLeader = new() { LeaderId = known.Leader, LeaderEpoch = known.LeaderEpoch };
                leaders.Add(known.Leader);
            }
        }

        if (leaders.Count == 0) return;
        response.NodeEndpoints = [.. Endpoints(leaders, services, context.ListenerName).Select(node =>
            new ProduceResponse.NodeEndpoint { NodeId = node.Id, Host = node.At.Host, Port = node.At.Port })];
    }

    public static void AddTo(FetchResponse response, NodeServices services, RequestContext context)
    {
        MetadataImage image = services.Image;
        var leaders = new HashSet<NodeId>();
        foreach (FetchResponse.FetchableTopicResponse topic in response.Responses)
        {
            foreach (FetchResponse.PartitionData partition in topic.Partitions)
            {
                if (!LeaderErrors.NamesLeader(partition.ErrorCode)) continue;
                TopicImage? of = topic.Topic.Length > 0 ? image.Topic(topic.Topic) : image.Topic(topic.TopicId);
                if (Partition(of, partition.PartitionIndex) is not { HasLeader: true } known) continue;
                partition.CurrentLeader = new() { LeaderId = known.Leader, LeaderEpoch = known.LeaderEpoch };
                leaders.Add(known.Leader);
            }
        }

        if (leaders.Count == 0) return;
        response.NodeEndpoints = [.. Endpoints(leaders, services, context.ListenerName).Select(node =>
            new FetchResponse.NodeEndpoint { NodeId = node.Id, Host = node.At.Host, Port = node.At.Port })];
    }

    private static PartitionImage? Partition(TopicImage? topic, int index) =>
        topic is not null && (uint)index < (uint)topic.Partitions.Count ? topic.Partitions[index] : null;

    private static IEnumerable<(NodeId Id, BrokerEndpoint At)> Endpoints(
        HashSet<NodeId> leaders, NodeServices services, string listener)
    {
        foreach (NodeId leader in leaders)
        {
            if (services.EndpointOf(leader, listener) is { } endpoint) yield return (leader, endpoint);
        }
    }
}
