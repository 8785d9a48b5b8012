using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Consuming;

/// <summary>One assigned partition as the consumer's actor fetches it. Owned by that actor.</summary>
internal sealed class FetchPartition(PartitionCursor cursor)
{
    public PartitionCursor Cursor => cursor;

    public int Generation { get; set; }

    /// <summary>The next offset to fetch; -1 until it has been looked up.</summary>
    public long Next { get; set; } = -1;

    /// <summary>The lookup that is due, if one is.</summary>
    public long? Query { get; set; }

    /// <summary>The group is being asked where to begin.</summary>
    public bool AwaitsStart { get; set; }

    /// <summary>A lookup or a fetch is under way.</summary>
    public bool IsBusy { get; set; }

    public bool IsPaused { get; set; }

    /// <summary>Reading ended with an error; a seek begins again.</summary>
    public bool HasFailed { get; set; }

    /// <summary>No request before this timestamp of the clock.</summary>
    public long RetryAt { get; set; }

    public int Failures { get; set; }

    public void Restart(int generation)
    {
        Generation = generation;
        Next = -1;
        Query = null;
        AwaitsStart = false;
        IsBusy = false;
        HasFailed = false;
        RetryAt = 0;
        Failures = 0;
    }

    public bool CanFetch(long now) => Next >= 0 && IsReady(now);

    public bool CanQuery(long now) => Query is not null && IsReady(now);

    public FetchedBatch Batch(RecordBatch batch) => new(cursor, Generation, batch, Next, null);

    private bool IsReady(long now) => !IsBusy && !IsPaused && !HasFailed && RetryAt <= now;
}
