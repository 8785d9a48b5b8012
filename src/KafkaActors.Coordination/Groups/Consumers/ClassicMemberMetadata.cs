using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Groups.Consumers;

/// <summary>
/// What a member of a consumer group said that speaks the classic protocol, as its record of type 5 says. Immutable and
/// equal by value.
/// </summary>
/// <param name="Protocols">What it supports, the preferred first; never empty. All hold the same subscription.</param>
public sealed record ClassicMemberMetadata(
    TimeSpan SessionTimeout, IReadOnlyList<JoinGroupRequest.JoinGroupProtocol> Protocols)
{
    /// <summary>What it is told that the group's protocol is: nobody assigns by it.</summary>
    public string ProtocolName => Protocols[0].Name;

    public ReadOnlyMemory<byte> Subscription => Protocols[0].Metadata;

    public bool Equals(ClassicMemberMetadata? other)
    {
        if (other is null || SessionTimeout != other.SessionTimeout || Protocols.Count != other.Protocols.Count)
            return false;
        for (int i = 0; i < Protocols.Count; i++)
            if (Protocols[i].Name != other.Protocols[i].Name
                || !Protocols[i].Metadata.Span.SequenceEqual(other.Protocols[i].Metadata.Span))
                return false;
        return true;
    }

    public override int GetHashCode() => HashCode.Combine(SessionTimeout, ProtocolName, Protocols.Count);
}
