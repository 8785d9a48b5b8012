using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// Whom a voter follows: one start of one candidate under one epoch. It is on disk before it is answered, and only a
/// higher epoch replaces it; an equal epoch of anybody else, or of another start on the same node, is refused.
/// </summary>
/// <param name="Incarnation">
/// Of the controller core, not of its process: a standby and a singleton of one process are two candidates.
/// </param>
public readonly record struct Promise(int Epoch, NodeId Candidate, Guid Incarnation)
{
    public static Promise None => new(0, NodeId.None, Guid.Empty);
}
