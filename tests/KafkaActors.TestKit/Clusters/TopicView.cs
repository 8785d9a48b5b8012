using KafkaActors.Protocol;

namespace KafkaActors.TestKit.Clusters;

/// <summary>A topic as a node tells of it.</summary>
public sealed record TopicView(TopicId Id, IReadOnlyList<PartitionView> Partitions);
