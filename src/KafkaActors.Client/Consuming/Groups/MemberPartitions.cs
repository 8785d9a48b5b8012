using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// What a member's reader has, and what it has been asked to let go of. Invariant: every partition in
/// <see cref="Assigned"/> was told to the reader and has not been taken back from it. Owned by
/// <see cref="ClassicGroupMembership"/>.
/// </summary>
internal sealed class MemberPartitions
{
    private IReadOnlyList<TopicPartition> _kept = [];
    private int _lastRevocation;

    public IReadOnlyList<TopicPartition> Assigned { get; private set; } = [];

    /// <summary>The last assignment and its generation, for assignors that would have partitions stay.</summary>
    public (IReadOnlyList<TopicPartition> Partitions, int Generation) Last { get; private set; } =
        ([], GroupIdentity.NoGeneration);

    /// <summary>Takes what is new of an assignment; what is not in it any more stays until it is revoked.</summary>
    public (IReadOnlyList<TopicPartition> Added, IReadOnlyList<TopicPartition> Taken) Accept(
        IReadOnlyList<TopicPartition> assignment, int generation)
    {
        Last = (assignment, generation);
        TopicPartition[] added = [.. assignment.Except(Assigned)];
        TopicPartition[] taken = [.. Assigned.Except(assignment)];
        Assigned = [.. Assigned, .. added];
        return (added, taken);
    }

    /// <summary>The reader is to let go of these; a demand that is still open counts for nothing any more.</summary>
    public MembershipEffect.Revoke Revoke(IReadOnlyList<TopicPartition> partitions)
    {
        _kept = [.. Assigned.Except(partitions)];
        return new MembershipEffect.Revoke(++_lastRevocation, partitions);
    }

    /// <summary>The reader has let go; false when that answers an older demand.</summary>
    public bool TryEndRevocation(int id)
    {
        if (id != _lastRevocation) return false;
        Assigned = _kept;
        return true;
    }

    public IReadOnlyList<TopicPartition> TakeAll()
    {
        IReadOnlyList<TopicPartition> all = Assigned;
        Assigned = [];
        return all;
    }
}
