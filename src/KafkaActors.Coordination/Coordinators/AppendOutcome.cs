using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Coordinators;

/// <summary>What became of one result's records.</summary>
/// <param name="Owner">Whose result it was.</param>
/// <param name="AppendId">As its owner numbered it.</param>
/// <param name="Error">
/// None once all of its records are committed. Else the owner is ahead of the log for good; nothing more of it is sent.
/// </param>
public readonly record struct AppendOutcome<TOwner>(TOwner Owner, long AppendId, ErrorCode Error);
