using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// A metadata log in memory: a snapshot, if there is one, and the entries after it, without gaps. A voter's mirrors
/// what it has on disk, a controller's is what it adopted and added. The voter set is that of the last entry that
/// names one, committed or not.
/// </summary>
public sealed class MetadataLog
{
    private readonly List<MetadataEntry> _entries = [];
    private ImmutableArray<Voter> _snapshotVoters = [];

    public MetadataLog(LogSnapshot? snapshot, IEnumerable<MetadataEntry> entries)
    {
        Reset(snapshot);
        foreach (MetadataEntry entry in entries) Append(entry);
    }

    public LogSnapshot? Snapshot { get; private set; }

    /// <summary>The last entry that the snapshot stands for.</summary>
    public LogPosition Start { get; private set; }

    public LogPosition Last => _entries.Count == 0 ? Start : PositionOf(_entries[^1]);

    public bool IsEmpty => Last == LogPosition.Empty;

    public int EntryCount => _entries.Count;

    public ImmutableArray<Voter> Voters { get; private set; } = [];

    public void Append(MetadataEntry entry)
    {
        if (entry.Offset != Last.Offset.Next() || entry.Epoch < Last.Epoch)
            throw new InvalidOperationException($"Entry {entry.Offset} of epoch {entry.Epoch} does not follow {Last}.");
        _entries.Add(entry);
        Voters = VotersOf(entry) ?? Voters;
    }

    /// <summary>Drops every entry behind the offset.</summary>
    public void TruncateAfter(MetadataOffset offset)
    {
        if (offset < Start.Offset) throw new InvalidOperationException($"{offset} lies before the snapshot's end.");
        int keep = (int)(offset.Value - Start.Offset.Value);
        if (keep >= _entries.Count) return;
        _entries.RemoveRange(keep, _entries.Count - keep);
        Voters = FindVoters();
    }

    /// <summary>
    /// Puts a snapshot in the place of everything up to its last entry, and of everything else if it is unknown.
    /// </summary>
    public void Install(LogSnapshot snapshot)
    {
        MetadataEntry[] rest = EpochAt(snapshot.Last.Offset) == snapshot.Last.Epoch
            ? [.. From(snapshot.Last.Offset.Next(), int.MaxValue)]
            : [];
        Reset(snapshot);
        foreach (MetadataEntry entry in rest) Append(entry);
    }

    /// <returns>The entry's epoch; null when the log does not reach it or no longer knows it.</returns>
    public int? EpochAt(MetadataOffset offset)
    {
        if (offset == Start.Offset) return Start.Epoch;
        long index = offset.Value - Start.Offset.Value - 1;
        return index >= 0 && index < _entries.Count ? _entries[(int)index].Epoch : null;
    }

    public MetadataEntry Entry(MetadataOffset offset) => _entries[(int)(offset.Value - Start.Offset.Value - 1)];

    /// <summary>Entries from the offset on; none when it lies in the snapshot.</summary>
    public ImmutableArray<MetadataEntry> From(MetadataOffset offset, int most)
    {
        long first = offset.Value - Start.Offset.Value - 1;
        if (first < 0 || first >= _entries.Count) return [];
        return [.. _entries.Skip((int)first).Take(most)];
    }

    /// <summary>
    /// The last entry at or before the position in both offset and epoch: where a search for common ground goes on.
    /// </summary>
    public LogPosition LastNotBeyond(LogPosition position)
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
            if (_entries[i].Offset <= position.Offset && _entries[i].Epoch <= position.Epoch)
                return PositionOf(_entries[i]);
        return Start;
    }

    public static LogPosition PositionOf(MetadataEntry entry) => new(entry.Epoch, entry.Offset);

    private void Reset(LogSnapshot? snapshot)
    {
        _entries.Clear();
        Snapshot = snapshot;
        Start = snapshot?.Last ?? LogPosition.Empty;
        _snapshotVoters = snapshot is null ? [] : VotersOf(snapshot.Events) ?? [];
        Voters = _snapshotVoters;
    }

    private ImmutableArray<Voter> FindVoters()
    {
        for (int i = _entries.Count - 1; i >= 0; i--)
            if (VotersOf(_entries[i]) is { } voters) return voters;
        return _snapshotVoters;
    }

    internal static ImmutableArray<Voter>? VotersOf(MetadataEntry entry) => VotersOf(entry.Events);

    private static ImmutableArray<Voter>? VotersOf(ImmutableArray<MetadataEvent> events)
    {
        ImmutableArray<Voter>? voters = null;
        foreach (MetadataEvent item in events)
            voters = item switch
            {
                MetadataEvent.ClusterFormed formed => formed.Voters,
                MetadataEvent.VotersChanged changed => changed.Voters,
                _ => voters,
            };
        return voters;
    }
}
