using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Producing;

/// <summary>
/// The topics that a producer writes to: asks for their metadata as long as somebody waits for it, and keeps the
/// accumulator's routes as the metadata says. Owned by one <see cref="ProducerActor"/>.
/// </summary>
internal sealed class ProducerTopics(IActorRef cluster, RecordAccumulator accumulator, MetadataPace pace)
{
    private ClusterMetadata _metadata = ClusterMetadata.Empty;

    public PartitionLeader? Leader(TopicPartition partition) => _metadata.Leader(partition);

    /// <summary>A node showed that the metadata is old.</summary>
    public void Refresh() => cluster.Tell(ClusterProtocol.Refresh.Instance);

    /// <summary>A node said who leads a partition that it does not lead.</summary>
    public void Follow(TopicPartition partition, NodeId leader, LeaderEpoch epoch) =>
        cluster.Tell(new ClusterProtocol.LeaderMoved(partition, leader, epoch));

    /// <summary>Something is missing that may come: asks again, with growing pauses.</summary>
    public void AwaitChange() => pace.AskLater();

    public void Track(string topic) => cluster.Tell(new ClusterProtocol.Track([topic], true));

    /// <summary>Who waited for the topic has given up: it is not asked for any more.</summary>
    public void Untrack(string topic)
    {
        TopicRoute route = accumulator.Route(topic);
        if (route.Queues.Length == 0 && !route.IsAwaited) cluster.Tell(new ClusterProtocol.Untrack([topic]));
    }

    /// <summary>The error of a topic that may still come, if there is one.</summary>
    public string? Learn(ClusterMetadata metadata)
    {
        _metadata = metadata;
        string? fault = null;
        bool isComplete = true;
        foreach ((string name, TopicRoute route) in accumulator.Routes)
        {
            if (metadata.Topic(name) is { } topic)
            {
                if (topic.ErrorCode == ErrorCode.None) route.Resize(topic.Partitions.Count);
                else if (topic.ErrorCode.IsRetriable()) fault = $"topic '{name}': {topic.ErrorCode}.";
                else Reject(name, route, topic.ErrorCode);
            }

            foreach (PartitionQueue queue in route.Queues) queue.HasLeader = metadata.Leader(queue.Name) is not null;
            isComplete &= route.Queues.Length > 0 ? route.Queues.All(queue => queue.HasLeader) : !route.IsAwaited;
        }

        if (isComplete) pace.Reset();
        else if (accumulator.Routes.Any(route => route.Value is { Queues.Length: 0, IsAwaited: true })) AwaitChange();
        return fault;
    }

    private void Reject(string name, TopicRoute route, ErrorCode error)
    {
        accumulator.Forget(name);
        route.Reject(new KafkaException(error, $"Topic '{name}' cannot be written to: {error}."));
    }
}
