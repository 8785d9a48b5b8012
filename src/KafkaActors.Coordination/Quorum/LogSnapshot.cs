using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// What stands for all entries up to and with <paramref name="Last"/>: the events that build their image.
/// </summary>
public sealed record LogSnapshot(LogPosition Last, ImmutableArray<MetadataEvent> Events)
{
    public static LogSnapshot Of(MetadataImage image, LogPosition last) =>
        new(last, [.. MetadataSnapshot.EventsOf(image)]);

    public MetadataImage ToImage() => MetadataSnapshot.Load(Events, Last.Offset);
}
