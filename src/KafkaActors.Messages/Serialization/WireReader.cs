using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Messages.Serialization;

/// <summary>
/// Reads one message from the array it arrived in; every read is checked against the bytes that remain, a count before
/// anything is allocated for it. What does not fit throws <see cref="SerializationException"/>. A payload is a slice of
/// the array, not a copy.
/// <code>
/// primitive   bytes  layout
/// boolean         1  0 or 1
/// integer   1,2,4,8  big-endian, two's complement
/// duration        8  integer milliseconds
/// string        4+n  byte count, UTF-8; a count of -1 is null where null is allowed
/// list          4+n  item count, items; a count of -1 is null where null is allowed
/// topic id       16  the UUID's bytes in network order
/// partition      20  topic id, partition index
/// actor         4+n  its serialized path as a string
/// rest            n  the payload, to the end of the message
/// </code>
/// </summary>
public ref struct WireReader
{
    private readonly byte[] _source;
    private readonly ExtendedActorSystem? _system;
    private int _position;

    public WireReader(byte[] source, ExtendedActorSystem? system)
    {
        _source = source;
        _system = system;
        Version = Byte();
    }

    /// <summary>The layout's version as the sender wrote it, the first byte of every message.</summary>
    public byte Version { get; }

    public readonly int Remaining => _source.Length - _position;

    public byte Byte() => Take(sizeof(byte))[0];

    public sbyte Int8() => (sbyte)Byte();

    public bool Boolean() => Byte() switch
    {
        0 => false,
        1 => true,
        byte other => throw new SerializationException($"A boolean has the value {other}."),
    };

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    public TimeSpan Duration()
    {
        long milliseconds = Int64();
        bool fits = Math.Abs((decimal)milliseconds) <= TimeSpan.MaxValue.Ticks / TimeSpan.TicksPerMillisecond;
        if (!fits) throw new SerializationException($"A duration of {milliseconds} ms is out of range.");
        return TimeSpan.FromTicks(milliseconds * TimeSpan.TicksPerMillisecond);
    }

    public string String() => NullableString() ?? throw new SerializationException("A string is null.");

    public string? NullableString()
    {
        int size = Int32();
        if (size == -1) return null;
        if (size < 0) throw new SerializationException($"A string has the length {size}.");
        return Encoding.UTF8.GetString(Take(size));
    }

    public ErrorCode Error() => (ErrorCode)Int16();

    public NodeId Node() => new(Int32());

    public LeaderEpoch Epoch() => new(Int32());

    public TopicId Topic() => TopicId.Read(Take(TopicId.Size));

    public TopicIdPartition Partition() => new(Topic(), Int32());

    public IActorRef ActorRef()
    {
        string path = String();
        if (_system is null) throw new SerializationException("An actor can only be read inside an ActorSystem.");
        return _system.Provider.ResolveActorRef(path);
    }

    /// <param name="leastItemBytes">The size of the smallest item: what bounds the count.</param>
    public T[] List<T>(int leastItemBytes, ReadItem<T> readItem) =>
        NullableList(leastItemBytes, readItem) ?? throw new SerializationException("A list is null.");

    /// <inheritdoc cref="List{T}"/>
    public T[]? NullableList<T>(int leastItemBytes, ReadItem<T> readItem)
    {
        int count = Int32();
        if (count == -1) return null;
        if (count < 0 || (long)count * leastItemBytes > Remaining)
            throw new SerializationException($"A list of {count} items does not fit in {Remaining} bytes.");
        if (count == 0) return [];
        var items = new T[count];
        for (int i = 0; i < count; i++) items[i] = readItem(ref this);
        return items;
    }

    /// <summary>As many bytes as the message says, as a view of the array it arrived in.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (count < 0) throw new SerializationException($"A block has the length {count}.");
        return Take(count);
    }

    /// <summary>All that remains, as a slice of the array the message arrived in.</summary>
    public ReadOnlyMemory<byte> Rest()
    {
        ReadOnlyMemory<byte> payload = _source.AsMemory(_position);
        _position = _source.Length;
        return payload;
    }

    /// <summary>A message of a known version has nothing after its last field.</summary>
    public readonly void ExpectEnd(string manifest)
    {
        if (Remaining > 0) throw new SerializationException($"Message '{manifest}' has {Remaining} bytes too many.");
    }

    private ReadOnlySpan<byte> Take(int size)
    {
        if (size > Remaining)
            throw new SerializationException($"A message ends {size - Remaining} bytes too early.");
        ReadOnlySpan<byte> taken = _source.AsSpan(_position, size);
        _position += size;
        return taken;
    }
}
