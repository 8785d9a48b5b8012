using System.Text;

namespace KafkaActors.Protocol.Records;

/// <summary>The headers of one record, in order; enumerated with <c>foreach</c>, without a list being built.</summary>
public readonly struct RecordHeaders
{
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <param name="bytes">From the header count on; already checked by <see cref="RecordView"/>.</param>
    internal RecordHeaders(ReadOnlyMemory<byte> bytes, int count) => (_bytes, Count) = (bytes, count);

    public int Count { get; }

    public Enumerator GetEnumerator() => new(_bytes, Count);

    public RecordHeader[] ToArray()
    {
        if (Count == 0) return [];
        var headers = new RecordHeader[Count];
        int index = 0;
        foreach (RecordHeader header in this) headers[index++] = header;
        return headers;
    }

    /// <summary>Walks the headers; a copy walks on its own.</summary>
    public struct Enumerator
    {
        private readonly ReadOnlyMemory<byte> _bytes;
        private int _remaining;
        private int _position;

        internal Enumerator(ReadOnlyMemory<byte> bytes, int count)
        {
            _bytes = bytes;
            _remaining = count;
            _position = count == 0 ? 0 : Varint.SizeOfInt32(count);
        }

        public RecordHeader Current { get; private set; }

        public bool MoveNext()
        {
            if (_remaining == 0) return false;
            ReadOnlyMemory<byte> key = Next() ?? default;
            Current = new RecordHeader(Encoding.UTF8.GetString(key.Span), Next());
            _remaining--;
            return true;
        }

        private ReadOnlyMemory<byte>? Next()
        {
            bool read = Varint.TryReadInt32(_bytes.Span, ref _position, out int length);
            if (!read || length < 0) return null;
            ReadOnlyMemory<byte> field = _bytes.Slice(_position, length);
            _position += length;
            return field;
        }
    }
}
