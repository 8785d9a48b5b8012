using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>Records of any size that are nowhere in memory, and know how much of them was read.</summary>
internal sealed class EndlessRecords(int size) : IRecords, IDisposable
{
    private volatile bool _isReleased;
    private long _read;

    public long Read => Interlocked.Read(ref _read);

    public bool IsReleased => _isReleased;

    public int SizeInBytes => size;

    public static FetchResponse In(EndlessRecords records) => new()
    {
        Responses = [new() { Topic = "t", Partitions = [new() { Records = records }] }],
    };

    public void CopyTo(int offset, Span<byte> destination)
    {
        destination.Clear();
        Interlocked.Add(ref _read, destination.Length);
    }

    public void Dispose() => _isReleased = true;
}
