namespace KafkaActors.Protocol.Wire;

/// <summary>
/// Records in memory. Those of a message that was read are a slice of its frame and live no longer than the frame.
/// </summary>
public sealed class MemoryRecords(ReadOnlyMemory<byte> bytes) : IRecords
{
    public static MemoryRecords Empty { get; } = new(default);

    public ReadOnlyMemory<byte> Bytes => bytes;

    public int SizeInBytes => bytes.Length;

    public void CopyTo(int offset, Span<byte> destination) =>
        bytes.Span.Slice(offset, destination.Length).CopyTo(destination);
}
