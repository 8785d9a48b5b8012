using System.Security.Cryptography;

namespace KafkaActors.Storage.Cleaning;

/// <summary>
/// The last offset of each key, in a table of fixed size: what the first pass of a cleaning finds out and the second
/// goes by. Keys are kept as 128-bit hashes, 24 bytes an entry. Two keys with one hash would cost the older record of
/// one of them. The hash is keyed with bytes that never leave this process, so such keys cannot be chosen, and five
/// million keys meet by chance with a probability of 2^-84. Owned by one cleaner; not thread-safe.
/// </summary>
internal sealed class KeyOffsetMap
{
    public const int EntryBytes = 2 * sizeof(ulong) + sizeof(long);

    private readonly SipHash128 _hash = new(RandomNumberGenerator.GetBytes(SipHash128.KeyBytes));
    private readonly long _maxSlots;
    private readonly double _loadFactor;
    private Entry[] _entries = [];
    private int _capacity;

    /// <param name="maxBytes">What the table may take.</param>
    /// <param name="loadFactor">How full it may get: fuller holds more keys and takes longer to search.</param>
    public KeyOffsetMap(long maxBytes, double loadFactor)
    {
        _maxSlots = Math.Min(maxBytes / EntryBytes, Array.MaxLength);
        _loadFactor = loadFactor;
        if (CapacityOf(_maxSlots) < 1)
            throw new ArgumentOutOfRangeException(nameof(maxBytes), maxBytes, "the key map has room for no key");
    }

    public int Count { get; private set; }

    public long SizeInBytes => (long)_entries.Length * EntryBytes;

    public UInt128 HashOf(ReadOnlySpan<byte> key) => _hash.Compute(key);

    /// <summary>
    /// Forgets all keys and makes room for so many, as far as the setting allows: a small log takes a small table.
    /// </summary>
    public void Clear(long keys)
    {
        long slots = Math.Min(_maxSlots, (long)(keys / _loadFactor) + 2);
        if (_entries.Length >= slots) Array.Clear(_entries);
        else Replace(slots);
        _capacity = CapacityOf(_entries.Length);
        Count = 0;
    }

    /// <summary>Gives the memory back.</summary>
    public void Release() => (_entries, _capacity, Count) = ([], 0, 0);

    /// <summary>Notes a key's offset, which is above all before; false when there is no room for another key.</summary>
    public bool TryPut(UInt128 hash, long offset)
    {
        ref Entry entry = ref Find(hash);
        if (!entry.IsUsed)
        {
            if (Count == _capacity) return false;
            Count++;
        }
        entry = new Entry(hash, offset);
        return true;
    }

    /// <summary>The last offset of a key; -1 when the map does not have it.</summary>
    public long OffsetOf(UInt128 hash) => Count == 0 ? -1 : Find(hash).Offset;

    /// <summary>One slot at least stays free, which ends every search.</summary>
    private int CapacityOf(long slots) => (int)Math.Min(slots - 1, slots * _loadFactor);

    private void Replace(long slots)
    {
        // The old table first: the two together would pass the bound.
        _entries = [];
        _entries = new Entry[slots];
    }

    /// <summary>The key's entry, or the free one where it would stand.</summary>
    private ref Entry Find(UInt128 hash)
    {
        Entry[] entries = _entries;
        // The upper half times the length, shifted: an even spread without a division.
        int slot = (int)Math.BigMul((ulong)(hash >> 64), (ulong)entries.Length, out _);
        while (entries[slot].IsUsed && entries[slot].Hash != hash) slot = slot + 1 == entries.Length ? 0 : slot + 1;
        return ref entries[slot];
    }

    /// <summary>Offsets are kept one up: an entry of zeros is free.</summary>
    private readonly struct Entry(UInt128 hash, long offset)
    {
        private readonly ulong _upper = (ulong)(hash >> 64);
        private readonly ulong _lower = (ulong)hash;
        private readonly long _next = offset + 1;

        public bool IsUsed => _next != 0;

        public long Offset => _next - 1;

        public UInt128 Hash => new(_upper, _lower);
    }
}
