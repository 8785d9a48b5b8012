using KafkaActors.Coordination.Quorum;
using KafkaActors.Messages.Serialization;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Controllers.VoterProtocol;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// <see cref="Coordination.Controllers.VoterProtocol"/> on the wire, after the version byte; the parts stand at
/// <see cref="NodeWire"/>.
/// <code>
/// va AddVoters        int64 id, string cluster id, list of (int32 node, boolean known, uuid directory),
///                     int64 ms patience
/// vr RemoveVoter      int64 id, string cluster id, voter
/// vA VotersDecided    int64 id, int16 error, string? message, int64 offset
/// vd DescribeQuorum   int64 id
/// vD QuorumDescribed  int64 id, int32 leader, int32 epoch, int64 high watermark, list of (voter, boolean is voter,
///                     int64 log end offset, int64 ms silent, int64 ms behind)
/// </code>
/// </summary>
internal static class VoterLayouts
{
    private const int NewVoterBytes = sizeof(int) + 1 + TopicId.Size;

    private const int ReplicaBytes = NodeWire.VoterBytes + 1 + (3 * sizeof(long));

    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<AddVoters>("va", WriteAdd, ReadAdd),
        MessageLayout.Of<RemoveVoter>(
            "vr",
            (writer, message) =>
            {
                writer.Int64(message.Id);
                writer.String(message.ClusterId);
                writer.Voter(message.Voter);
            },
            (ref reader) => new RemoveVoter(reader.Int64(), reader.String(), reader.Voter())),
        MessageLayout.Of<VotersDecided>(
            "vA",
            (writer, message) =>
            {
                writer.Int64(message.Id);
                writer.Error(message.Error);
                writer.NullableString(message.Message);
                writer.Offset(message.Offset);
            },
            (ref reader) => new VotersDecided(
                reader.Int64(), reader.Error(), reader.NullableString(), reader.Offset())),
        MessageLayout.Of<DescribeQuorum>(
            "vd", (writer, message) => writer.Int64(message.Id), (ref reader) => new DescribeQuorum(reader.Int64())),
        MessageLayout.Of<QuorumDescribed>("vD", WriteDescribed, ReadDescribed),
    ];

    private static void WriteAdd(WireWriter writer, AddVoters message)
    {
        writer.Int64(message.Id);
        writer.String(message.ClusterId);
        writer.List(message.Voters, static (items, voter) =>
        {
            items.Node(voter.Node);
            items.Boolean(voter.Directory is not null);
            items.Uuid(voter.Directory?.Value ?? Guid.Empty);
        });
        writer.Duration(message.Patience);
    }

    private static AddVoters ReadAdd(ref WireReader reader) => new(
        reader.Int64(),
        reader.String(),
        [
            .. reader.List(NewVoterBytes, static (ref items) =>
            {
                NodeId node = items.Node();
                bool isKnown = items.Boolean();
                var directory = new DirectoryId(items.Uuid());
                return new NewVoter(node, isKnown ? directory : null);
            }),
        ],
        reader.Duration());

    private static void WriteDescribed(WireWriter writer, QuorumDescribed message)
    {
        writer.Int64(message.Id);
        writer.Node(message.Leader);
        writer.Int32(message.Epoch);
        writer.Int64(message.HighWatermark);
        writer.List(message.Replicas, static (items, replica) =>
        {
            items.Voter(replica.Voter);
            items.Boolean(replica.IsVoter);
            items.Int64(replica.LogEndOffset);
            items.Int64(replica.SilentMs);
            items.Int64(replica.BehindMs);
        });
    }

    private static QuorumDescribed ReadDescribed(ref WireReader reader) => new(
        reader.Int64(),
        reader.Node(),
        reader.Int32(),
        reader.Int64(),
        [
            .. reader.List(ReplicaBytes, static (ref items) => new QuorumReplica(
                items.Voter(), items.Boolean(), items.Int64(), items.Int64(), items.Int64())),
        ]);
}
