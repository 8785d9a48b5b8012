using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Consuming.Groups;

/// <summary>
/// What the coordinator has assigned to a member of a consumer group, and how its reader comes there: first it lets go
/// of what is not assigned any more, then it gets what is new, as far as the topics' names are known. Invariant: what
/// is owned was told to the reader and has not been taken back from it. Owned by <see cref="ConsumerGroupMembership"/>.
/// </summary>
internal sealed class ConsumerReconciliation
{
    private readonly Dictionary<TopicIdPartition, TopicPartition> _owned = [];
    private readonly Dictionary<TopicId, string> _names = [];
    private HashSet<TopicIdPartition> _target = [];
    private TopicIdPartition[] _revoking = [];
    private int _lastRevocation;
    private bool _isToldDone;

    public IReadOnlyCollection<TopicIdPartition> Owned => _owned.Keys;

    /// <summary>The reader has been asked to let go, and has not yet.</summary>
    public bool IsRevoking { get; private set; }

    /// <summary>The reader has what was assigned, no less and no more, and has heard so.</summary>
    public bool IsDone => _isToldDone && !IsRevoking && _target.SetEquals(_owned.Keys);

    /// <summary>Topics assigned whose names are not known.</summary>
    public IReadOnlyCollection<TopicId> Unnamed { get; private set; } = [];

    /// <summary>A new assignment; true when it is not where the reader is.</summary>
    public bool Aim(IEnumerable<ConsumerGroupHeartbeatResponse.AssignedTopic> assignment)
    {
        _target = [.. assignment.SelectMany(topic =>
            topic.Partitions.Select(partition => new TopicIdPartition(topic.TopicId, partition)))];
        if (!_target.SetEquals(_owned.Keys)) _isToldDone = false;
        NoteUnnamed();
        return !IsDone;
    }

    public void Learn(IReadOnlyDictionary<TopicId, string> names)
    {
        foreach (TopicId topic in Unnamed)
        {
            if (names.TryGetValue(topic, out string? name)) _names[topic] = name;
        }

        NoteUnnamed();
    }

    /// <summary>What the reader has to do next; null while it does it, or when nothing is left.</summary>
    public MembershipEffect? Next()
    {
        if (IsRevoking || IsDone) return null;
        TopicIdPartition[] gone = [.. _owned.Keys.Where(partition => !_target.Contains(partition))];
        if (gone.Length > 0) return Revoke(gone);
        TopicIdPartition[] added =
            [.. _target.Where(partition => !_owned.ContainsKey(partition) && _names.ContainsKey(partition.TopicId))];
        _isToldDone = Unnamed.Count == 0;
        if (added.Length == 0 && !_isToldDone) return null;
        foreach (TopicIdPartition partition in added)
            _owned.Add(partition, new TopicPartition(_names[partition.TopicId], partition.Partition));
        return new MembershipEffect.Assign([.. added.Select(partition => _owned[partition])]);
    }

    /// <summary>The reader is to let go of everything; null when it has nothing.</summary>
    public MembershipEffect.Revoke? RevokeAll() => _owned.Count == 0 ? null : Revoke([.. _owned.Keys]);

    /// <summary>The reader has let go; false when that answers an older demand.</summary>
    public bool TryEndRevocation(int id)
    {
        if (!IsRevoking || id != _lastRevocation) return false;
        foreach (TopicIdPartition partition in _revoking) _owned.Remove(partition);
        IsRevoking = false;
        return true;
    }

    /// <summary>The member has nothing any more, and nothing is assigned to it.</summary>
    public IReadOnlyList<TopicPartition> TakeAll()
    {
        TopicPartition[] all = [.. _owned.Values];
        _owned.Clear();
        _target = [];
        _names.Clear();
        Unnamed = [];
        (IsRevoking, _isToldDone) = (false, false);
        return all;
    }

    private MembershipEffect.Revoke Revoke(TopicIdPartition[] partitions)
    {
        (_revoking, IsRevoking) = (partitions, true);
        return new MembershipEffect.Revoke(
            ++_lastRevocation, [.. partitions.Select(partition => _owned[partition])]);
    }

    private void NoteUnnamed()
    {
        HashSet<TopicId> wanted = [.. _target.Select(partition => partition.TopicId)];
        foreach (TopicId topic in _names.Keys.Where(topic => !wanted.Contains(topic)).ToArray()) _names.Remove(topic);
        foreach ((TopicIdPartition id, TopicPartition name) in _owned)
        {
            if (wanted.Contains(id.TopicId)) _names[id.TopicId] = name.Topic;
        }

        wanted.ExceptWith(_names.Keys);
        Unnamed = [.. wanted];
    }
}
