using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// Writes the fields of metadata events: integers big-endian, strings and lists behind a 32-bit length, -1 for null.
/// </summary>
internal readonly struct MetadataWriter(IBufferWriter<byte> output)
{
    public void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }

    public void Boolean(bool value) => Byte(value ? (byte)1 : (byte)0);

    public void Int16(short value)
    {
        BinaryPrimitives.WriteInt16BigEndian(output.GetSpan(sizeof(short)), value);
        output.Advance(sizeof(short));
    }

    public void Int32(int value)
    {
        BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    public void Int64(long value)
    {
        BinaryPrimitives.WriteInt64BigEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public void Uuid(Guid value)
    {
        value.TryWriteBytes(output.GetSpan(16), bigEndian: true, out _);
        output.Advance(16);
    }

    public void Text(string? value)
    {
        if (value is null)
        {
            Int32(-1);
            return;
        }

        int size = Encoding.UTF8.GetByteCount(value);
        Int32(size);
        Encoding.UTF8.GetBytes(value, output.GetSpan(size));
        output.Advance(size);
    }

    public void Raw(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    public void Partition(TopicIdPartition value)
    {
        Uuid(value.TopicId.Value);
        Int32(value.Partition);
    }

    public void Nodes(ImmutableArray<NodeId> nodes)
    {
        Int32(nodes.Length);
        foreach (NodeId node in nodes) Int32(node.Value);
    }

    public void Suspects(ImmutableArray<SuspectReplica> suspects)
    {
        Int32(suspects.Length);
        foreach (SuspectReplica suspect in suspects)
        {
            Int32(suspect.Node.Value);
            Int32(suspect.LastEpoch.Value);
            Int64(suspect.LogEndOffset);
        }
    }

    public void Voters(ImmutableArray<Voter> voters)
    {
        Int32(voters.Length);
        foreach (Voter voter in voters)
        {
            Int32(voter.Node.Value);
            Uuid(voter.Directory.Value);
        }
    }

    public void Directories(ImmutableArray<DirectoryId> directories)
    {
        Int32(directories.Length);
        foreach (DirectoryId directory in directories) Uuid(directory.Value);
    }

    public void Listeners(ImmutableArray<BrokerEndpoint> listeners)
    {
        Int32(listeners.Length);
        foreach (BrokerEndpoint listener in listeners)
        {
            Text(listener.Name);
            Text(listener.Host);
            Int32(listener.Port);
        }
    }
}
