using KafkaActors.Protocol;

namespace KafkaActors.Client.Administration.Groups;

/// <summary>One group, of whichever protocol.</summary>
/// <param name="Error"><see cref="ErrorCode.GroupIdNotFound"/> when there is no such group.</param>
/// <param name="Coordinator">The node that told it.</param>
/// <param name="Assignor">Empty while none was chosen.</param>
public sealed record GroupDescription(
    string GroupId,
    ErrorCode Error,
    string? Message,
    GroupType Type,
    GroupState State,
    NodeId Coordinator,
    string Assignor,
    IReadOnlyList<MemberDescription> Members)
{
    /// <summary>Nobody is a member, so its offsets may be changed from outside.</summary>
    public bool IsInactive => State is GroupState.Empty or GroupState.Dead;
}
