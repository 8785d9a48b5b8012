using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>How well a data directory gets on with what it was told to write.</summary>
/// <param name="Stalled">
/// How long the oldest write or sync under way there has been waited for, as the node's monotonic clock says; zero
/// while nothing is under way.
/// </param>
public readonly record struct DirectoryProgress(DirectoryId Directory, TimeSpan Stalled);
