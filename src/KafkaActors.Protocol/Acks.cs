namespace KafkaActors.Protocol;

/// <summary>What an append waits for before it is answered. The numbers are the protocol's.</summary>
public enum Acks : short
{
    /// <summary>Answered when the high watermark has passed the batch: every member of the ISR holds it.</summary>
    All = -1,

    /// <summary>Not answered: the sender learns nothing of the batch.</summary>
    None = 0,

    /// <summary>Answered when the leader's own flush policy is met.</summary>
    Leader = 1,
}
