using KafkaActors.Protocol;

namespace KafkaActors.Storage;

/// <summary>
/// The right to change one log. Handed out by <see cref="PartitionLog.TakeWriter"/>; only the newest is current, and
/// it is compared as an object: an equal copy is no token.
/// </summary>
public sealed record WriterToken(ReplicaRole Role, LeaderEpoch LeaderEpoch, long Serial);
