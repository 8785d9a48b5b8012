namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>How far a member has come towards its target assignment, with the numbers of Kafka's records.</summary>
public enum MemberState
{
    /// <summary>It has all it shall have at its epoch.</summary>
    Stable = 0,

    /// <summary>It has to give partitions up before it gets the next epoch.</summary>
    UnrevokedPartitions = 1,

    /// <summary>It is at the target's epoch and waits for partitions that others have not given up.</summary>
    UnreleasedPartitions = 2,

    /// <summary>Written by a later version; such a member must come back without any partition.</summary>
    Unknown = 127,
}
