using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// Partitions as the classic protocol has them, by their topics' names, to and from what a consumer group knows them
/// by. Topics and partitions that the image does not know are left out: a client's bytes may name any.
/// </summary>
internal static class NamedPartitions
{
    public static PartitionSet Assigned(ConsumerProtocolAssignment assignment, MetadataImage image) =>
        Known(assignment.AssignedPartitions.Select(topic => (topic.Topic, topic.Partitions)), image);

    public static PartitionSet Owned(ConsumerProtocolSubscription subscription, MetadataImage image) =>
        Known(subscription.OwnedPartitions.Select(topic => (topic.Topic, topic.Partitions)), image);

    public static ConsumerProtocolAssignment Assignment(PartitionSet partitions, MetadataImage image) => new()
    {
        AssignedPartitions = [.. partitions.ByTopic
            .Where(topic => image.Topic(topic.TopicId) is not null)
            .Select(topic => new ConsumerProtocolAssignment.AssignedTopic
            {
                Topic = image.Topic(topic.TopicId)!.Name,
                Partitions = topic.Partitions,
            })],
    };

    private static PartitionSet Known(
        IEnumerable<(string Name, IReadOnlyList<int> Partitions)> topics, MetadataImage image) =>
        PartitionSet.OfTopics(topics
            .Where(topic => image.Topic(topic.Name) is not null)
            .Select(topic => Known(image.Topic(topic.Name)!, topic.Partitions)));

    private static (TopicId Topic, IReadOnlyList<int> Partitions) Known(
        TopicImage topic, IReadOnlyList<int> partitions) =>
        (topic.Id, [.. partitions.Where(topic.Has)]);
}
