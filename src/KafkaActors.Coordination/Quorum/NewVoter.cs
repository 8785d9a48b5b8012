using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>A node that is to become a voter.</summary>
/// <param name="Directory">Null: whichever directory answers there.</param>
public readonly record struct NewVoter(NodeId Node, DirectoryId? Directory);
