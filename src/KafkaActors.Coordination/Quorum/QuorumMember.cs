using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>How far a node has followed the controller's log; times are in ticks of the controller's owner.</summary>
/// <param name="Voter">Null while nothing has answered there and it is in no set.</param>
/// <param name="LogEndOffset">The offset after the last entry that it has on disk; -1 while that is not known.</param>
/// <param name="AnsweredAgo">Since its last answer.</param>
/// <param name="CaughtUpAgo">Since it last held all that there was; null when it never did.</param>
public sealed record QuorumMember(
    NodeId Node, Voter? Voter, bool IsVoter, long LogEndOffset, long AnsweredAgo, long? CaughtUpAgo);
