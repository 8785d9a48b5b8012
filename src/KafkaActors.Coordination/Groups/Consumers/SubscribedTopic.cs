using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>What a group's epoch knows of a topic that its members are subscribed to.</summary>
public sealed record SubscribedTopic(TopicId Id, string Name, int PartitionCount);
