namespace KafkaActors.Protocol;

/// <summary>The timestamps with a meaning of their own in a request for offsets (ListOffsets v7).</summary>
public static class OffsetQuery
{
    /// <summary>The high watermark, or the last stable offset for a reader of committed records.</summary>
    public const long Latest = -1;

    /// <summary>The log start offset.</summary>
    public const long Earliest = -2;

    /// <summary>The record with the greatest timestamp (KIP-734).</summary>
    public const long MaxTimestamp = -3;

    /// <summary>
    /// The first offset on this node's own disks (KIP-405): as everything is there, the log start offset.
    /// </summary>
    public const long EarliestLocal = -4;

    /// <summary>The last offset that has been moved to remote storage (KIP-1005): there is none.</summary>
    public const long LatestTiered = -5;
}
