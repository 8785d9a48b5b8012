using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Classic;

/// <summary>
/// One member of a classic group. <see cref="ClassicMembers"/> owns it and counts its protocols and whether it awaits
/// a join, so those change there.
/// </summary>
internal sealed class ClassicMember(MemberSession session, string? instanceId, GroupClient client)
{
    public string Id => Session.MemberId;

    public MemberSession Session { get; } = session;

    /// <summary>Names a static member (KIP-345); null for a dynamic one.</summary>
    public string? InstanceId { get; } = instanceId;

    public GroupClient Client { get; } = client;

    public TimeSpan SessionTimeout { get; set; }

    public TimeSpan RebalanceTimeout { get; set; }

    /// <summary>What it supports, the preferred first.</summary>
    public IReadOnlyList<JoinGroupRequest.JoinGroupProtocol> Protocols { get; set; } = [];

    public ReadOnlyMemory<byte> Assignment { get; set; }

    /// <summary>The JoinGroup that waits for the join barrier.</summary>
    public long? JoinTicket { get; set; }

    /// <summary>The SyncGroup that waits for the leader's assignment.</summary>
    public long? SyncTicket { get; set; }

    /// <summary>
    /// It has never been told its member id, so it cannot send heartbeats, and a join it has given up is only noticed
    /// by its deadline.
    /// </summary>
    public bool IsNew { get; set; }

    /// <summary>At the join barrier: a dynamic member that has not joined.</summary>
    public bool IsAbsent => JoinTicket is null && InstanceId is null;

    /// <summary>A member that waits for the coordinator does not expire, unless it is new.</summary>
    public bool MayExpire => IsNew || (JoinTicket is null && SyncTicket is null);

    /// <summary>The most that it takes in the record of a generation, whichever of its protocols that has.</summary>
    public long RecordBytes => ClassicGroupRecords.MaxBytesOf(Id, InstanceId, Client, Protocols);

    public bool Supports(string protocol)
    {
        foreach (JoinGroupRequest.JoinGroupProtocol own in Protocols)
            if (own.Name == protocol)
                return true;
        return false;
    }

    public ReadOnlyMemory<byte> MetadataFor(string protocol)
    {
        foreach (JoinGroupRequest.JoinGroupProtocol own in Protocols)
            if (own.Name == protocol)
                return own.Metadata;
        throw new ArgumentException($"Member {Id} does not support {protocol}.", nameof(protocol));
    }

    /// <summary>Whether these are its protocols, in this order and with the same metadata.</summary>
    public bool Matches(IReadOnlyList<JoinGroupRequest.JoinGroupProtocol> protocols)
    {
        if (protocols.Count != Protocols.Count) return false;
        for (int i = 0; i < protocols.Count; i++)
            if (protocols[i].Name != Protocols[i].Name
                || !protocols[i].Metadata.Span.SequenceEqual(Protocols[i].Metadata.Span))
                return false;
        return true;
    }
}
