using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests.Crashes;

/// <summary>The disk just before one change to it, and what the log had promised by then.</summary>
/// <param name="Next">The change that did not happen any more.</param>
/// <param name="Disk">What the next process finds.</param>
/// <param name="Flushed">Everything below was told to be on the disk.</param>
/// <param name="Appended">Everything below was appended.</param>
internal sealed record CleaningPoint(string Next, SimulatedFileSystem Disk, long Flushed, long Appended);
