using System.Collections.Immutable;

namespace KafkaActors.Storage.Tests.Crashes;

/// <summary>What a log had promised at one moment, which a crash at that moment must not break.</summary>
internal sealed record Promise
{
    /// <summary>Everything below was told to be on the disk.</summary>
    public long Flushed { get; init; }

    /// <summary>Everything below was appended.</summary>
    public long Appended { get; init; }

    /// <summary>Nothing below may be seen again: delete-records has answered.</summary>
    public long DeletedBefore { get; init; }

    /// <summary>The log may begin here at most: what lies behind was not taken away, and is not about to be.</summary>
    public long BeginsAtMost { get; init; }

    /// <summary>The log is being begun anew: it may have all, some or none of its old records.</summary>
    public bool IsBeginningAnew { get; init; }

    /// <summary>The batches as they are in the log, by base offset.</summary>
    public ImmutableSortedDictionary<long, TestBatch> Batches { get; init; } =
        ImmutableSortedDictionary<long, TestBatch>.Empty;
}
