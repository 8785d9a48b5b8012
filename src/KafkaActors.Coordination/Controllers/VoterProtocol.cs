using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>What people ask of the controller about the voters; it goes the way of all requests to it.</summary>
public static class VoterProtocol
{
    /// <summary>
    /// These nodes become voters in one entry once they have caught up. Answered by <see cref="VotersDecided"/>.
    /// </summary>
    /// <param name="ClusterId">Of whom the asker speaks; empty if he does not say.</param>
    /// <param name="Patience">How long they may take.</param>
    public sealed record AddVoters(long Id, string ClusterId, ImmutableArray<NewVoter> Voters, TimeSpan Patience)
        : ControllerProtocol.Request(Id)
    {
        /// <summary>Done twice, the second answer would be that they are voters already.</summary>
        public override bool IsRepeatable => false;
    }

    /// <inheritdoc cref="AddVoters"/>
    public sealed record RemoveVoter(long Id, string ClusterId, Voter Voter) : ControllerProtocol.Request(Id)
    {
        /// <summary>Done twice, the second answer would be that it is no voter.</summary>
        public override bool IsRepeatable => false;
    }

    /// <summary>Answered by <see cref="QuorumDescribed"/>.</summary>
    public sealed record DescribeQuorum(long Id) : ControllerProtocol.Request(Id);

    /// <param name="Error">None: the set is committed as it was asked for. Else nothing was done.</param>
    public sealed record VotersDecided(long Id, ErrorCode Error, string? Message, MetadataOffset Offset)
        : ControllerProtocol.Reply(Id);

    /// <param name="HighWatermark">The offset after the last committed entry.</param>
    public sealed record QuorumDescribed(
        long Id, NodeId Leader, int Epoch, long HighWatermark, ImmutableArray<QuorumReplica> Replicas)
        : ControllerProtocol.Reply(Id);

    /// <summary>A node that the log is sent to.</summary>
    /// <param name="LogEndOffset">The offset after its last entry; -1 while that is not known.</param>
    /// <param name="SilentMs">Since its last answer.</param>
    /// <param name="BehindMs">Since it last held all that there was; -1 when it never did.</param>
    public readonly record struct QuorumReplica(
        Voter Voter, bool IsVoter, long LogEndOffset, long SilentMs, long BehindMs);
}
