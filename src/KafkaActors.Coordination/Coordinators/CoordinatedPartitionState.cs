namespace KafkaActors.Coordination.Coordinators;

/// <summary>How far a coordinator is with one partition of its topic; see <see cref="CoordinatedPartition"/>.</summary>
public enum CoordinatedPartitionState
{
    /// <summary>A fence is appended, or waits to be: what former coordinators wrote is not known to be over.</summary>
    Fencing,

    /// <summary>It is read up to the fence.</summary>
    Loading,

    /// <summary>Its keys are served.</summary>
    Serving,

    /// <summary>It could not be fenced or read, and is tried again after a pause.</summary>
    Failed,
}
