using KafkaActors.Protocol;
using KafkaActors.Storage.Segments;

namespace KafkaActors.Storage;

/// <summary>A log as recovery found it on the disk and put it in order. The last segment is to become active.</summary>
internal sealed record LoadedLog(
    LogSegment[] Segments,
    LeaderEpochHistory Epochs,
    ProducerStateTable Producers,
    LogOffsets Offsets,
    bool MayHaveGaps,
    bool WasClosedInOrder,
    RecoveryReport Report,
    LogFailure? Failure)
{
    /// <summary>The checkpoint of the log start was not believed, and has to be written anew.</summary>
    public bool IsLogStartRepaired { get; init; }
}
