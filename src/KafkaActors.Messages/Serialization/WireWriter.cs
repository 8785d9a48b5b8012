using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Akka.Actor;
using KafkaActors.Protocol;

namespace KafkaActors.Messages.Serialization;

/// <summary>
/// Writes one message. Its fields go into a pooled head; a payload comes last, without a length of its own, and is
/// copied once, straight into the finished array. Integers are big-endian; the other primitives stand at
/// <see cref="WireReader"/>. Owned by the one call that creates it.
/// </summary>
public sealed class WireWriter : IDisposable
{
    private const int InitialBytes = 256;

    private byte[] _head = ArrayPool<byte>.Shared.Rent(InitialBytes);
    private int _length;
    private ReadOnlyMemory<byte> _rest;

    public void Int8(sbyte value) => Reserve(sizeof(sbyte))[0] = (byte)value;

    public void Byte(byte value) => Reserve(sizeof(byte))[0] = value;

    public void Boolean(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Int16(short value) => BinaryPrimitives.WriteInt16BigEndian(Reserve(sizeof(short)), value);

    public void Int32(int value) => BinaryPrimitives.WriteInt32BigEndian(Reserve(sizeof(int)), value);

    public void Int64(long value) => BinaryPrimitives.WriteInt64BigEndian(Reserve(sizeof(long)), value);

    public void Duration(TimeSpan value) => Int64((long)value.TotalMilliseconds);

    public void String(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        int size = Encoding.UTF8.GetByteCount(value);
        Int32(size);
        Encoding.UTF8.GetBytes(value, Reserve(size));
    }

    public void NullableString(string? value)
    {
        if (value is null) Int32(-1);
        else String(value);
    }

    public void Error(ErrorCode value) => Int16((short)value);

    public void Node(NodeId value) => Int32(value.Value);

    public void Epoch(LeaderEpoch value) => Int32(value.Value);

    public void Topic(TopicId value) => value.Write(Reserve(TopicId.Size));

    public void Partition(TopicIdPartition value)
    {
        Topic(value.TopicId);
        Int32(value.Partition);
    }

    public void ActorRef(IActorRef value) => String(Akka.Serialization.Serialization.SerializedActorPath(value));

    public void List<T>(IReadOnlyCollection<T> items, Action<WireWriter, T> writeItem)
    {
        Int32(items.Count);
        foreach (T item in items) writeItem(this, item);
    }

    public void NullableList<T>(IReadOnlyCollection<T>? items, Action<WireWriter, T> writeItem)
    {
        if (items is null) Int32(-1);
        else List(items, writeItem);
    }

    /// <summary>The payload; the last thing written, all that remains of the message for the reader.</summary>
    public void Rest(ReadOnlyMemory<byte> payload) => _rest = payload;

    public byte[] ToArray()
    {
        byte[] message = GC.AllocateUninitializedArray<byte>(_length + _rest.Length);
        _head.AsSpan(0, _length).CopyTo(message);
        _rest.Span.CopyTo(message.AsSpan(_length));
        return message;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_head);
        _head = [];
        _length = 0;
    }

    private Span<byte> Reserve(int size)
    {
        if (_head.Length - _length < size) Grow(size);
        Span<byte> reserved = _head.AsSpan(_length, size);
        _length += size;
        return reserved;
    }

    private void Grow(int size)
    {
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_length + size, 2 * _head.Length));
        _head.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_head);
        _head = larger;
    }
}
