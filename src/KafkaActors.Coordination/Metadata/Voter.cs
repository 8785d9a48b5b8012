using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// A member of the voter set. A node whose disk was wiped has another directory id and is another voter.
/// </summary>
public readonly record struct Voter(NodeId Node, DirectoryId Directory);
