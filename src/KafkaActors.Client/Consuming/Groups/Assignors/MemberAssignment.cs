using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups.Assignors;

/// <summary>What a group's leader decides for one member.</summary>
/// <param name="UserData">
/// The assignor's own bytes, for <see cref="IConsumerPartitionAssignor.OnAssignment"/>.
/// </param>
public sealed record MemberAssignment(
    IReadOnlyList<TopicPartition> Partitions, ReadOnlyMemory<byte>? UserData = null);
