using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>One entry of the metadata log: events that are committed together.</summary>
/// <param name="Offset">Its index in the log; the first is 0.</param>
/// <param name="Epoch">The controller epoch under which it was written.</param>
public sealed record MetadataEntry(MetadataOffset Offset, int Epoch, ImmutableArray<MetadataEvent> Events);
