using KafkaActors.Coordination.Coordinators;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Coordinators;

/// <summary>
/// What a partition of a coordinator's topic says of the coordinator's keys: of each record's key its last record, in
/// the order of the log, as compaction would leave them. So it takes memory for what there is, not for how often it was
/// written.
/// </summary>
/// <param name="wanted">The coordinator's keys whose records are kept; null for all.</param>
internal sealed class LoadedPartition(ICoordinatorTenant tenant, IReadOnlySet<string>? wanted)
{
    private readonly Dictionary<RecordKey, (long Order, CoordinatorRecord Record)> _last = [];

    public int RecordCount => _last.Count;

    /// <exception cref="ProtocolViolationException">The bytes are not what their version says.</exception>
    public void Add(ReadOnlyMemory<byte> key, ReadOnlyMemory<byte>? value, long offset)
    {
        if (tenant.Decode(key, value) is not { } record) return;
        if (wanted?.Contains(tenant.KeyOf(record)) == false) return;
        _last.Remove(new RecordKey(key));
        _last.Add(new RecordKey(key.ToArray()), (offset, record));
    }

    /// <summary>The records of each of the coordinator's keys.</summary>
    public IEnumerable<IGrouping<string, CoordinatorRecord>> ByKey() => _last.Values
        .OrderBy(last => last.Order)
        .Select(last => last.Record)
        .GroupBy(tenant.KeyOf, StringComparer.Ordinal);

    /// <summary>A record's key by its bytes.</summary>
    private readonly struct RecordKey(ReadOnlyMemory<byte> bytes) : IEquatable<RecordKey>
    {
        private readonly ReadOnlyMemory<byte> _bytes = bytes;

        public bool Equals(RecordKey other) => _bytes.Span.SequenceEqual(other._bytes.Span);

        public override bool Equals(object? obj) => obj is RecordKey other && Equals(other);

        public override int GetHashCode()
        {
            var hash = new HashCode();
            hash.AddBytes(_bytes.Span);
            return hash.ToHashCode();
        }
    }
}
