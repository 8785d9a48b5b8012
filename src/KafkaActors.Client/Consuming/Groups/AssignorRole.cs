using KafkaActors.Client.Consuming.Groups.Assignors;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// What the chosen assignor does for a member in one generation: it hears what the member was assigned, and decides for
/// all where the member leads. Pure but for the assignor. Owned by <see cref="ClassicGroupMembership"/>.
/// </summary>
internal sealed class AssignorRole(GroupMemberSettings settings)
{
    private static readonly Dictionary<string, MemberAssignment> Undecided = [];

    private GuardedAssignor? _assignor;
    private GroupLeadership? _leading;

    /// <summary>0 for a topic that does not exist; a topic of which nothing is known yet is left out.</summary>
    public IReadOnlyDictionary<string, int> PartitionCounts { get; set; } = new Dictionary<string, int>();

    /// <summary>The assignor's name.</summary>
    public string Protocol => _assignor?.Name ?? "";

    /// <summary>For SyncGroup: empty from a member that does not lead.</summary>
    public IReadOnlyDictionary<string, MemberAssignment> Decision { get; private set; } = Undecided;

    public bool Leads => _leading is not null;

    /// <summary>Of the whole group while this member leads.</summary>
    public IReadOnlyCollection<string> Topics => _leading?.Topics ?? [];

    /// <summary>Whether topics have come, gone, or got more partitions since the decision.</summary>
    public bool IsOutdated => _leading?.IsOutdated(PartitionCounts) == true;

    /// <summary>False when the group has chosen an assignor that this member does not have.</summary>
    public bool TryBegin(JoinGroupResponse response)
    {
        _assignor = settings.Assignors.FirstOrDefault(known => known.Name == response.ProtocolName);
        if (_assignor is null) return false;
        Decision = Undecided;
        GroupMember[] members = [.. response.Members.Select(ConsumerBlobs.ReadMember)];
        _leading = response.Leader == response.MemberId
            ? new GroupLeadership(_assignor, members, settings.IsCooperative)
            : null;
        return true;
    }

    /// <summary>False as long as not every topic's partitions are known.</summary>
    /// <exception cref="KafkaException">The assignor failed.</exception>
    public bool TryDecide()
    {
        if (_leading!.Assign(PartitionCounts) is not { } decision) return false;
        Decision = decision;
        return true;
    }

    /// <exception cref="KafkaException">The assignor failed.</exception>
    public void Hear(MemberAssignment assignment, GroupIdentity self) => _assignor!.OnAssignment(
        assignment, new ConsumerGroupMetadata(self.GroupId, self.Generation, self.MemberId, self.InstanceId));

    public void End() => _leading = null;
}
