namespace KafkaActors.Messages;

/// <summary>
/// A frame that arrives in several parts. They must follow each other without gap or overlap; one that does not breaks
/// this frame, and no other. Whoever makes one has checked that the frame's length may be held. Not thread-safe.
/// </summary>
public sealed class FrameAssembly(int frameBytes)
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(frameBytes);
    private int _received;

    public bool IsWhole => _received == _bytes.Length;

    /// <summary>The whole frame.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    public bool TryAdd(SessionProtocol.FramePart part)
    {
        bool follows = part.Position == _received && part.FrameBytes == _bytes.Length
            && part.Bytes.Length > 0 && part.Bytes.Length <= _bytes.Length - _received;
        if (!follows) return false;
        part.Bytes.CopyTo(_bytes.AsMemory(_received));
        _received += part.Bytes.Length;
        return true;
    }
}
