using KafkaActors.Protocol.Wire;
using KafkaActors.Storage;

namespace KafkaActors.Broker.Handlers;

/// <summary>
/// A range of a log as a response carries it: read from the log's pages when the socket takes it, and not before. Keeps
/// the segment's file from being closed until the response is sent.
/// </summary>
internal sealed class LogRecords(LogReadResult range) : IRecords, IDisposable
{
    public int SizeInBytes => range.Length;

    /// <summary>Whether copying may wait for the disk.</summary>
    public bool IsCold => range.IsCold;

    public void CopyTo(int offset, Span<byte> destination) => range.CopyTo(offset, destination);

    public void Dispose() => range.Dispose();
}
