using KafkaActors.Storage.Files;

namespace KafkaActors.Storage.Segments;

/// <summary>A segment's file for the length of a block; ended by disposing it, once.</summary>
internal readonly struct SegmentUse(SegmentFile owner, ILogFile file) : IDisposable
{
    public ILogFile File => file;

    public void Dispose() => owner.Release();
}
