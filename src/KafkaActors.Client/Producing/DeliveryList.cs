using System.Buffers;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Producing;

/// <summary>
/// Who is to be told of which record of a batch. Holds pooled memory from the first <see cref="Add"/> to
/// <see cref="Complete"/>; records without a handler cost nothing.
/// </summary>
internal struct DeliveryList
{
    private const int InitialCapacity = 64;

    private Entry[]? _entries;
    private int _count;

    public void Add(int recordIndex, long timestampMs, IDeliveryHandler handler, long token)
    {
        _entries ??= ArrayPool<Entry>.Shared.Rent(InitialCapacity);
        if (_count == _entries.Length) Grow();
        _entries[_count++] = new Entry(handler, token, timestampMs, recordIndex);
    }

    /// <param name="baseOffset">-1 when the offsets are not known.</param>
    /// <param name="appendTimeMs">-1 when the records keep their timestamps.</param>
    public void Complete(TopicPartition partition, long baseOffset, long appendTimeMs, KafkaException? error)
    {
        if (_entries is not { } entries) return;
        foreach (ref readonly Entry entry in entries.AsSpan(0, _count))
        {
            long offset = baseOffset < 0 ? -1 : baseOffset + entry.RecordIndex;
            long timestampMs = appendTimeMs < 0 ? entry.TimestampMs : appendTimeMs;
            entry.Handler.OnDelivered(new Delivery(partition, offset, timestampMs, error, entry.Token));
        }

        _entries = null;
        ArrayPool<Entry>.Shared.Return(entries, clearArray: true);
    }

    private void Grow()
    {
        Entry[] larger = ArrayPool<Entry>.Shared.Rent(2 * _count);
        _entries.AsSpan(0, _count).CopyTo(larger);
        ArrayPool<Entry>.Shared.Return(_entries!, clearArray: true);
        _entries = larger;
    }

    private readonly record struct Entry(IDeliveryHandler Handler, long Token, long TimestampMs, int RecordIndex);
}
