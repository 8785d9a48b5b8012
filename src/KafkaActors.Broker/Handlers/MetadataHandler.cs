using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// Metadata: the nodes, at the addresses of the listener that the request came in on, and topics with who leads them.
/// A topic that does not exist is created first where client and node allow it.
/// </summary>
internal sealed class MetadataHandler(NodeServices services)
    : AsyncApiHandler<MetadataRequest>(ApiKey.Metadata)
{
    /// <summary>From it on a topic may be asked for by its id (KIP-516), and answered without a name.</summary>
    private const short FirstByIds = 12;

    private static readonly TimeSpan AutoCreateTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Before it a leader that this listener does not reach is no leader.</summary>
    private const short FirstWithListenerErrors = 6;

    protected override async Task<IResponseMessage> HandleAsync(MetadataRequest request, RequestContext context)
    {
        // In version 0 an empty list asks for every topic, later a null one does.
        bool isAll = request.Topics is null || (context.Version == 0 && request.Topics.Count == 0);
        if (isAll)
        {
            await services.Succession.WhenSettledAsync(image => image.Topics.Values).ConfigureAwait(false);
            return Answer(request, context, services.Image.Topics.Values, []);
        }

        if (context.Version < FirstByIds && request.Topics!.Any(topic => topic.Name is null || IsById(topic)))
            return Answer(request, context, [], [.. Distinct(request).Select(Refused)]);
        if (request.AllowAutoTopicCreation) await CreateMissingAsync(request.Topics!).ConfigureAwait(false);
        await services.Succession.WhenSettledAsync(
            now => request.Topics!.Select(asked => Topic(now, asked)).OfType<TopicImage>()).ConfigureAwait(false);
        MetadataImage image = services.Image;
        var known = new List<TopicImage>();
        var unknown = new List<MetadataResponse.MetadataTopic>();
        foreach (MetadataRequest.MetadataRequestTopic asked in Distinct(request))
        {
            TopicImage? topic = Topic(image, asked);
            if (topic is not null) known.Add(topic);
            else unknown.Add(Unknown(asked));
        }

        return Answer(request, context, known, unknown);
    }

    // Each once: a short request could ask for the same long list of partitions any number of times.
    private static IEnumerable<MetadataRequest.MetadataRequestTopic> Distinct(MetadataRequest request) =>
        request.Topics!.DistinctBy(topic => IsById(topic) ? ("", topic.TopicId) : (topic.Name, TopicId.None));

    private static TopicImage? Topic(MetadataImage image, MetadataRequest.MetadataRequestTopic asked) =>
        IsById(asked) ? image.Topic(asked.TopicId) : image.Topic(asked.Name ?? "");

    // Java names a topic that it asks for by its id "".
    private static bool IsById(MetadataRequest.MetadataRequestTopic asked) => asked.TopicId != TopicId.None;

    private async Task CreateMissingAsync(IReadOnlyList<MetadataRequest.MetadataRequestTopic> topics)
    {
        MetadataImage image = services.Image;
        string[] names = [.. topics.Where(topic => !IsById(topic)).Select(topic => topic.Name).OfType<string>()
            .Where(name => image.Topic(name) is null && TopicName.Fault(name) is null).Distinct()];
        if (!services.Topics.AutoCreate || names.Length == 0) return;
        // Where nothing comes of it in time, the client is told that there is no such topic yet, and asks again.
        await services.Changes
            .CreateTopicsAsync([.. names.Select(name => NewTopic.Named(name))], AutoCreateTimeout)
            .ConfigureAwait(false);
    }

    private MetadataResponse Answer(
        MetadataRequest request,
        RequestContext context,
        IEnumerable<TopicImage> topics,
        IReadOnlyList<MetadataResponse.MetadataTopic> unknown)
    {
        MetadataImage image = services.Image;
        return new MetadataResponse
        {
            Brokers = [.. ClusterView.Nodes(image, services.Node, context.ListenerName).Select(node =>
                new MetadataResponse.MetadataBroker
                {
                    NodeId = node.Node, Host = node.At.Host, Port = node.At.Port,
                    Rack = image.Broker(node.Node)?.Rack,
                })],
            ClusterId = image.ClusterId,
            ControllerId = ClusterView.Controller(services, context.ListenerName),
            Topics = [.. topics.Select(topic => Known(request, topic, context)), .. unknown],
            ClusterAuthorizedOperations = AuthorizedOperations.OfCluster(request.IncludeClusterAuthorizedOperations),
        };
    }

    private MetadataResponse.MetadataTopic Known(
        MetadataRequest request, TopicImage topic, RequestContext context) => new()
    {
        Name = topic.Name,
        TopicId = topic.Id,
        IsInternal = TopicName.IsInternal(topic.Name),
        Partitions = [.. topic.Partitions.Select(partition => Partition(partition, context))],
        TopicAuthorizedOperations = AuthorizedOperations.OfTopic(request.IncludeTopicAuthorizedOperations),
    };

    private MetadataResponse.MetadataPartition Partition(PartitionImage partition, RequestContext context)
    {
        ErrorCode error = ClusterView.LeaderError(services, partition, context.ListenerName);
        if (error == ErrorCode.ListenerNotFound && context.Version < FirstWithListenerErrors)
            error = ErrorCode.LeaderNotAvailable;
        return new()
        {
            ErrorCode = error,
            PartitionIndex = partition.Id.Partition,
            LeaderId = error == ErrorCode.None ? partition.Leader : NodeId.None,
            LeaderEpoch = partition.LeaderEpoch,
            ReplicaNodes = partition.Replicas,
            IsrNodes = partition.Isr,
            OfflineReplicas = ClusterView.OfflineReplicas(services.Image, partition),
        };
    }

    private static MetadataResponse.MetadataTopic Unknown(MetadataRequest.MetadataRequestTopic asked) =>
        IsById(asked) ? new() { Name = null, TopicId = asked.TopicId, ErrorCode = ErrorCode.UnknownTopicId }
        : asked.Name is null ? Refused(asked)
        : new()
        {
            Name = asked.Name,
            IsInternal = TopicName.IsInternal(asked.Name),
            ErrorCode = TopicName.Fault(asked.Name) is null
                ? ErrorCode.UnknownTopicOrPartition
                : ErrorCode.InvalidTopicException,
        };

    // Before version 12 a topic without a name has no answer but an empty one.
    private static MetadataResponse.MetadataTopic Refused(MetadataRequest.MetadataRequestTopic asked) =>
        new() { Name = asked.Name ?? "", TopicId = asked.TopicId, ErrorCode = ErrorCode.InvalidRequest };
}
