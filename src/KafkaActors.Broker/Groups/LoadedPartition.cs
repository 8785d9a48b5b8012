using KafkaActors.Coordination.Groups;

namespace KafkaActors.Broker.Groups;

/// <summary>
/// What a partition of the offsets topic says of its groups: of each key its last record, in the order of the log, as
/// compaction would leave them. So it takes memory for what there is, not for how often it was written.
/// </summary>
/// <param name="isWanted">Tells by its id whether a group's records are kept.</param>
internal sealed class LoadedPartition(Func<string, bool> isWanted)
{
    private readonly Dictionary<Key, (long Order, GroupRecord Record)> _last = [];

    public int RecordCount => _last.Count;

    public void Add(ReadOnlyMemory<byte> key, GroupRecord record, long offset)
    {
        if (!isWanted(GroupRecordKeys.GroupOf(record))) return;
        var of = new Key(key);
        _last.Remove(of);
        _last.Add(new Key(key.ToArray()), (offset, record));
    }

    /// <summary>The records of each group.</summary>
    public IEnumerable<IGrouping<string, GroupRecord>> ByGroup() => _last.Values
        .OrderBy(last => last.Order)
        .Select(last => last.Record)
        .GroupBy(GroupRecordKeys.GroupOf, StringComparer.Ordinal);

    /// <summary>A record's key by its bytes.</summary>
    private readonly struct Key(ReadOnlyMemory<byte> bytes) : IEquatable<Key>
    {
        private readonly ReadOnlyMemory<byte> _bytes = bytes;

        public bool Equals(Key other) => _bytes.Span.SequenceEqual(other._bytes.Span);

        public override bool Equals(object? obj) => obj is Key other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(_bytes.Span);
            return hash.ToHashCode();
        }
    }
}
