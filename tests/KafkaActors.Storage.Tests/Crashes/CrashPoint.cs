using KafkaActors.Storage.Tests.Simulation;

namespace KafkaActors.Storage.Tests.Crashes;

/// <summary>The disk just before one change to it, and what the log had promised by then.</summary>
/// <param name="Next">The change that did not happen any more.</param>
/// <param name="Disk">What the next process finds.</param>
/// <param name="Promise">What it must find.</param>
internal sealed record CrashPoint(string Next, SimulatedFileSystem Disk, Promise Promise);
