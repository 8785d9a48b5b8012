namespace KafkaActors.Coordination.Metadata;

/// <summary>Kafka's leader recovery state. Stored as one byte.</summary>
public enum RecoveryState
{
    Recovered = 0,

    /// <summary>The leader was elected uncleanly and has not settled yet which records there are.</summary>
    Recovering = 1,
}
