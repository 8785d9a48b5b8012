using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// Reads what <see cref="MetadataWriter"/> wrote; every length is checked against the bytes that remain.
/// </summary>
internal ref struct MetadataReader(ReadOnlySpan<byte> source)
{
    private ReadOnlySpan<byte> _rest = source;

    public readonly int Remaining => _rest.Length;

    public byte Byte() => Take(1)[0];

    public bool Boolean() => Byte() != 0;

    public short Int16() => BinaryPrimitives.ReadInt16BigEndian(Take(sizeof(short)));

    public int Int32() => BinaryPrimitives.ReadInt32BigEndian(Take(sizeof(int)));

    public long Int64() => BinaryPrimitives.ReadInt64BigEndian(Take(sizeof(long)));

    public Guid Uuid() => new(Take(16), bigEndian: true);

    public string Text() => NullableText() ?? throw new MetadataFormatException("A string that must be there is null.");

    public string? NullableText()
    {
        int size = Int32();
        return size < 0 ? null : Encoding.UTF8.GetString(Take(size));
    }

    public NodeId Node() => new(Int32());

    public TopicIdPartition Partition() => new(new TopicId(Uuid()), Int32());

    public ImmutableArray<NodeId> Nodes()
    {
        int count = Count(sizeof(int));
        var nodes = ImmutableArray.CreateBuilder<NodeId>(count);
        for (int i = 0; i < count; i++) nodes.Add(Node());
        return nodes.MoveToImmutable();
    }

    public ImmutableArray<SuspectReplica> Suspects()
    {
        int count = Count(2 * sizeof(int) + sizeof(long));
        var suspects = ImmutableArray.CreateBuilder<SuspectReplica>(count);
        for (int i = 0; i < count; i++) suspects.Add(new SuspectReplica(Node(), new LeaderEpoch(Int32()), Int64()));
        return suspects.MoveToImmutable();
    }

    public ImmutableArray<Voter> Voters()
    {
        int count = Count(sizeof(int) + 16);
        var voters = ImmutableArray.CreateBuilder<Voter>(count);
        for (int i = 0; i < count; i++) voters.Add(new Voter(Node(), new DirectoryId(Uuid())));
        return voters.MoveToImmutable();
    }

    public ImmutableArray<DirectoryId> Directories()
    {
        int count = Count(16);
        var directories = ImmutableArray.CreateBuilder<DirectoryId>(count);
        for (int i = 0; i < count; i++) directories.Add(new DirectoryId(Uuid()));
        return directories.MoveToImmutable();
    }

    public ImmutableArray<BrokerEndpoint> Listeners()
    {
        int count = Count(3 * sizeof(int));
        var listeners = ImmutableArray.CreateBuilder<BrokerEndpoint>(count);
        for (int i = 0; i < count; i++) listeners.Add(new BrokerEndpoint(Text(), Text(), Int32()));
        return listeners.MoveToImmutable();
    }

    /// <summary>All that remains.</summary>
    public ReadOnlySpan<byte> Raw() => Take(Remaining);

    /// <summary>A list's length; there cannot be more elements than the bytes that remain could hold.</summary>
    public int Count(int leastElementBytes)
    {
        int count = Int32();
        if (count < 0 || (long)count * leastElementBytes > _rest.Length)
            throw new MetadataFormatException($"A list claims {count} elements in {_rest.Length} bytes.");
        return count;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw new MetadataFormatException($"{count} bytes are wanted where {_rest.Length} are left.");
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
