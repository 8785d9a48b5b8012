namespace KafkaActors.Protocol;

/// <summary>Up to where a reader reads. The numbers are the protocol's.</summary>
public enum IsolationLevel : sbyte
{
    /// <summary>Below the high watermark.</summary>
    ReadUncommitted = 0,

    /// <summary>Below the last stable offset: no record of an open transaction.</summary>
    ReadCommitted = 1,
}
