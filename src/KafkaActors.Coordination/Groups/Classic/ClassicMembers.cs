using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>
/// Who belongs to a classic group: members in the order they came, the ids given to newcomers that have not come back
/// yet, and what can be told of them without a look at each. Invariants: ids are unique over members and pending ids,
/// an instance id names one member, all members have the group's protocol type and share at least one protocol, and
/// there is a leader exactly while there are members.
/// </summary>
internal sealed class ClassicMembers
{
    private readonly OrderedDictionary<string, ClassicMember> _byId = [];
    private readonly Dictionary<string, string> _idByInstance = [];
    private readonly Dictionary<string, MemberSession> _pending = [];
    private readonly Dictionary<string, int> _supporters = [];
    private int _awaitingJoin;

    public int Count => _byId.Count;

    public int PendingCount => _pending.Count;

    public int AwaitingJoinCount => _awaitingJoin;

    /// <summary>The most that the members take in the record of a generation, without their assignments.</summary>
    public long RecordBytes { get; private set; }

    public IReadOnlyList<ClassicMember> All => _byId.Values;

    /// <summary>The member id of the leader.</summary>
    public string? Leader { get; private set; }

    /// <summary>Of the first member; an empty group keeps it.</summary>
    public string? ProtocolType { get; private set; }

    /// <summary>All members wait for the join barrier and no newcomer is expected.</summary>
    public bool HaveAllJoined => _awaitingJoin == _byId.Count && _pending.Count == 0;

    /// <summary>The longest of the members'.</summary>
    public TimeSpan RebalanceTimeout
    {
        get
        {
            TimeSpan longest = TimeSpan.Zero;
            foreach (ClassicMember member in _byId.Values)
                if (member.RebalanceTimeout > longest) longest = member.RebalanceTimeout;
            return longest;
        }
    }

    public bool Contains(string memberId) => _byId.ContainsKey(memberId);

    public bool IsPending(string memberId) => _pending.ContainsKey(memberId);

    public ClassicMember? Find(string memberId) => _byId.GetValueOrDefault(memberId);

    public string? IdOfInstance(string instanceId) => _idByInstance.GetValueOrDefault(instanceId);

    /// <summary>Whether the sender is who it says (KIP-345).</summary>
    public ErrorCode Check(string memberId, string? instanceId)
    {
        if (instanceId is not null)
        {
            if (IdOfInstance(instanceId) is not { } known) return ErrorCode.UnknownMemberId;
            if (known != memberId) return ErrorCode.FencedInstanceId;
        }

        return Contains(memberId) ? ErrorCode.None : ErrorCode.UnknownMemberId;
    }

    /// <summary>Whether a member with these protocols may join those there are.</summary>
    public bool Accept(string protocolType, IReadOnlyList<JoinGroupRequest.JoinGroupProtocol> protocols)
    {
        if (protocolType != ProtocolType) return false;
        foreach (JoinGroupRequest.JoinGroupProtocol protocol in protocols)
            if (_supporters.GetValueOrDefault(protocol.Name) == Count)
                return true;
        return false;
    }

    /// <summary>An id was given out; its bearer has until the session ends to join with it (KIP-394).</summary>
    public void AddPending(MemberSession session) => _pending.Add(session.MemberId, session);

    public MemberSession? RemovePending(string memberId) => _pending.Remove(memberId, out var session) ? session : null;

    public void Add(ClassicMember member, string protocolType)
    {
        if (Count == 0) ProtocolType = protocolType;
        _byId.Add(member.Id, member);
        if (member.InstanceId is { } instance) _idByInstance.Add(instance, member.Id);
        if (member.JoinTicket is not null) _awaitingJoin++;
        CountProtocols(member, 1);
        Leader ??= member.Id;
    }

    public void Remove(ClassicMember member)
    {
        _byId.Remove(member.Id);
        if (member.InstanceId is { } instance) _idByInstance.Remove(instance);
        if (member.JoinTicket is not null) _awaitingJoin--;
        CountProtocols(member, -1);
        if (Leader == member.Id) Leader = Count > 0 ? _byId.GetAt(0).Key : null;
    }

    /// <summary>What a record of the log says besides the members.</summary>
    public void Load(string protocolType, string? leader)
    {
        ProtocolType = protocolType.Length == 0 ? null : protocolType;
        if (leader is not null && Contains(leader)) Leader = leader;
    }

    /// <summary>A static member came back under another id: that id leads if the former did.</summary>
    public void Replace(ClassicMember former, ClassicMember member)
    {
        bool led = Leader == former.Id;
        Remove(former);
        Add(member, ProtocolType!);
        if (led) Leader = member.Id;
    }

    public void Update(
        ClassicMember member, IReadOnlyList<JoinGroupRequest.JoinGroupProtocol> protocols, TimeSpan sessionTimeout,
        TimeSpan rebalanceTimeout)
    {
        CountProtocols(member, -1);
        member.Protocols = protocols;
        CountProtocols(member, 1);
        member.SessionTimeout = sessionTimeout;
        member.RebalanceTimeout = rebalanceTimeout;
    }

    /// <summary>The member waits for the join barrier.</summary>
    /// <returns>The ticket it had waited with before.</returns>
    public long? AwaitJoin(ClassicMember member, long ticket)
    {
        long? former = member.JoinTicket;
        if (former is null) _awaitingJoin++;
        member.JoinTicket = ticket;
        return former;
    }

    /// <summary>The member waits no longer.</summary>
    /// <returns>The ticket to answer.</returns>
    public long? EndJoin(ClassicMember member)
    {
        long? ticket = member.JoinTicket;
        if (ticket is not null) _awaitingJoin--;
        member.JoinTicket = null;
        return ticket;
    }

    /// <summary>Keeps the leader if it has joined, otherwise has the first that did lead.</summary>
    /// <returns>Whether there is a leader that has joined.</returns>
    public bool ElectJoinedLeader()
    {
        if (Leader is null) return false;
        if (_byId[Leader].JoinTicket is not null) return true;
        foreach (ClassicMember member in _byId.Values)
        {
            if (member.JoinTicket is null) continue;
            Leader = member.Id;
            return true;
        }

        return false;
    }

    /// <summary>
    /// The protocol of the next generation: each member votes for the first of its own that all support; of two with as
    /// many votes, the one voted for first.
    /// </summary>
    public string SelectProtocol()
    {
        var votes = new OrderedDictionary<string, int>();
        foreach (ClassicMember member in _byId.Values)
        {
            string choice = ChoiceOf(member);
            votes[choice] = votes.GetValueOrDefault(choice) + 1;
        }

        return votes.MaxBy(vote => vote.Value).Key;
    }

    private string ChoiceOf(ClassicMember member)
    {
        foreach (JoinGroupRequest.JoinGroupProtocol protocol in member.Protocols)
            if (_supporters.GetValueOrDefault(protocol.Name) == Count)
                return protocol.Name;
        throw new InvalidOperationException($"Member {member.Id} shares no protocol with the others.");
    }

    // A client that names a protocol twice supports it once.
    private void CountProtocols(ClassicMember member, int change)
    {
        RecordBytes += change * member.RecordBytes;
        foreach (string name in member.Protocols.Select(protocol => protocol.Name).ToHashSet(StringComparer.Ordinal))
        {
            int supporters = _supporters.GetValueOrDefault(name) + change;
            if (supporters == 0) _supporters.Remove(name);
            else _supporters[name] = supporters;
        }
    }
}
