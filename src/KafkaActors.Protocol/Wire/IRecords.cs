namespace KafkaActors.Protocol.Wire;

/// <summary>
/// Record batches that a message carries, wherever their bytes are: in the frame they came in, in memory, or still in a
/// segment file. The bytes do not change while a message refers to them.
/// </summary>
public interface IRecords
{
    int SizeInBytes { get; }

    /// <summary>Copies the bytes from <paramref name="offset"/> on, as many as the destination holds.</summary>
    void CopyTo(int offset, Span<byte> destination);
}
