using KafkaActors.Messages;

namespace KafkaActors.Broker.FrontDoor;

/// <summary>
/// A batch that arrives in parts. The parts must follow each other without gap or overlap; one that does not breaks
/// the request, not the session. Owned by the session; its bytes go to the partition once it is whole.
/// </summary>
internal sealed class BatchAssembly
{
    private readonly byte[] _bytes;
    private int _received;

    public BatchAssembly(ProduceProtocol.Append first)
    {
        First = first;
        _bytes = GC.AllocateUninitializedArray<byte>(first.BatchBytes);
        first.Bytes.CopyTo(_bytes);
        _received = first.Bytes.Length;
    }

    /// <summary>The request, with the batch's first part.</summary>
    public ProduceProtocol.Append First { get; }

    public bool IsWhole => _received == _bytes.Length;

    /// <summary>The whole batch.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    public bool TryAdd(ProduceProtocol.Chunk chunk)
    {
        if (chunk.Position != _received || chunk.Bytes.Length == 0 || chunk.Bytes.Length > _bytes.Length - _received)
            return false;
        chunk.Bytes.CopyTo(_bytes.AsMemory(_received));
        _received += chunk.Bytes.Length;
        return true;
    }
}
