using System.Collections.Immutable;

namespace KafkaActors.Protocol;

/// <summary>
/// The leader epochs of a log and where each begins (KIP-101): epochs and start offsets both grow from entry to entry.
/// Immutable; a change yields another history. A log owns it and persists it; what follows from it is decided by
/// <c>LogDivergence</c>.
/// </summary>
public sealed class LeaderEpochHistory
{
    public static readonly LeaderEpochHistory Empty = new([]);

    private LeaderEpochHistory(ImmutableArray<LeaderEpochStart> entries) => Entries = entries;

    public ImmutableArray<LeaderEpochStart> Entries { get; }

    public LeaderEpoch? Latest => Entries.IsEmpty ? null : Entries[^1].Epoch;

    /// <summary>Builds a history from entries; null when they do not grow.</summary>
    public static LeaderEpochHistory? FromEntries(IEnumerable<LeaderEpochStart> entries)
    {
        ImmutableArray<LeaderEpochStart> all = [.. entries];
        for (int i = 1; i < all.Length; i++)
        {
            bool grows = all[i].Epoch > all[i - 1].Epoch && all[i].StartOffset > all[i - 1].StartOffset;
            if (!grows) return null;
        }
        return new LeaderEpochHistory(all);
    }

    /// <summary>
    /// Notes that an epoch begins at an offset. Entries that this contradicts (no lower epoch, no lower offset) go.
    /// An epoch that is the latest already stays where it began.
    /// </summary>
    public LeaderEpochHistory Assign(LeaderEpoch epoch, long startOffset)
    {
        if (Latest == epoch) return this;
        var kept = Entries.Where(entry => entry.Epoch < epoch && entry.StartOffset < startOffset);
        return new LeaderEpochHistory([.. kept, new LeaderEpochStart(epoch, startOffset)]);
    }

    /// <summary>Forgets what begins at or after a new log end.</summary>
    public LeaderEpochHistory TruncateFromEnd(long endOffset)
    {
        if (Entries.IsEmpty || Entries[^1].StartOffset < endOffset) return this;
        return new LeaderEpochHistory([.. Entries.Where(entry => entry.StartOffset < endOffset)]);
    }

    /// <summary>Forgets what ends before a new log start; the epoch at the log start begins there.</summary>
    public LeaderEpochHistory TruncateFromStart(long startOffset)
    {
        int floor = FloorByOffset(startOffset);
        if (floor < 0 || Entries[floor].StartOffset == startOffset) return floor <= 0 ? this : From(floor);
        LeaderEpochStart first = Entries[floor] with { StartOffset = startOffset };
        return new LeaderEpochHistory([first, .. Entries.Skip(floor + 1)]);
    }

    /// <summary>The epoch that the batch at an offset carries; null when that is not known.</summary>
    public LeaderEpoch? EpochAt(long offset)
    {
        int floor = FloorByOffset(offset);
        return floor < 0 ? null : Entries[floor].Epoch;
    }

    /// <summary>
    /// Where the largest epoch not above the asked one ends (KIP-279). An epoch below all that is known ends where the
    /// first known one begins: what was written under it is gone, and whoever asks goes on there. Null when the epoch
    /// is above all that is known, or none.
    /// </summary>
    public LeaderEpochEnd? EndOffsetFor(LeaderEpoch epoch, long logEndOffset)
    {
        if (epoch == LeaderEpoch.None || Latest is not { } latest || epoch > latest) return null;
        if (epoch == latest) return new LeaderEpochEnd(latest, logEndOffset);
        int higher = 0;
        while (Entries[higher].Epoch <= epoch) higher++;
        LeaderEpoch floor = higher == 0 ? epoch : Entries[higher - 1].Epoch;
        return new LeaderEpochEnd(floor, Entries[higher].StartOffset);
    }

    private LeaderEpochHistory From(int index) => new(Entries[index..]);

    private int FloorByOffset(long offset)
    {
        int floor = Entries.Length - 1;
        while (floor >= 0 && Entries[floor].StartOffset > offset) floor--;
        return floor;
    }
}
