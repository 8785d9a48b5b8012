using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Groups;

/// <param name="Error"><see cref="ErrorCode.NonEmptyGroup"/> for one with members, which stays.</param>
public readonly record struct DeletedGroup(string GroupId, ErrorCode Error);
