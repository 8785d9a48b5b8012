namespace KafkaActors.Coordination.Groups.Consumers.Assignors;

/// <summary>
/// Divides the partitions of subscribed topics among the members of a consumer group. Pure: equal input gives equal
/// output. Every partition of a topic that somebody is subscribed to goes to exactly one of its subscribers.
/// </summary>
internal interface IPartitionAssignor
{
    /// <summary>The name by which members and configuration ask for it.</summary>
    string Name { get; }

    /// <returns>What each member shall have, the members without any partition among them.</returns>
    IReadOnlyDictionary<string, PartitionSet> Assign(AssignorInput input);
}
