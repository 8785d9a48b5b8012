namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// Who a consumer is to its group's coordinator. Without a member id and generation it is nobody: one that only commits
/// offsets, and may as long as the group has no members.
/// </summary>
/// <param name="Generation">The member epoch in a consumer group.</param>
/// <param name="IsOfConsumerProtocol">It reads committed offsets as this member as well (KIP-848).</param>
internal sealed record GroupIdentity(
    string GroupId,
    string? InstanceId,
    string MemberId = "",
    int Generation = GroupIdentity.NoGeneration,
    bool IsOfConsumerProtocol = false)
{
    public const int NoGeneration = -1;

    /// <summary>Whether the coordinator knows this member in a generation.</summary>
    public bool IsMember => MemberId.Length > 0 && Generation != NoGeneration;
}
