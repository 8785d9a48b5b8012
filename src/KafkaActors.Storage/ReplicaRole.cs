namespace KafkaActors.Storage;

/// <summary>In which role a log is written.</summary>
public enum ReplicaRole : byte
{
    /// <summary>Nobody writes.</summary>
    None = 0,

    /// <summary>Assigns the offsets; every batch carries the leadership's own epoch.</summary>
    Leader = 1,

    /// <summary>Copies a leader's batches, with the offsets and epochs they have there.</summary>
    Follower = 2,
}
