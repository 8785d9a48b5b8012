using KafkaActors.Protocol;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>A partition's directory that gets another name.</summary>
/// <param name="Segments">Of its log, if that is open; it is closed to writers and readers already.</param>
internal sealed record PartitionRename(TopicPartition Name, string Target, LogSegment[] Segments)
{
    /// <summary>Completes when nobody has a file of it open any more.</summary>
    public Task Released { get; } = Task.WhenAll(Segments.Select(segment => segment.File.Released));
}
