using System.Collections.Immutable;
using System.Runtime.Serialization;
using KafkaActors.Broker.Controller;
using KafkaActors.Coordination.Bootstrap;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Messages.Serialization;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Bootstrap;

/// <summary>
/// <see cref="BootstrapProtocol"/> on the wire, after the version byte; the parts stand at <see cref="NodeWire"/>.
/// <code>
/// ba Ask     int64 question, standing
/// bA Answer  int64 question, standing
/// standing   voter, string address, uuid incarnation, boolean has the role voter, string cluster id,
///            list of string first voters, position last, voters, byte place, int32 Akka uid,
///            boolean sees a voter majority, list of uuid hears, uuid supports, list of int32 initial voters
/// </code>
/// </summary>
internal static class BootstrapLayouts
{
    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<BootstrapProtocol.Ask>(
            "ba",
            (writer, message) =>
            {
                writer.Int64(message.Question);
                Write(writer, message.From);
            },
            (ref reader) => new BootstrapProtocol.Ask(reader.Int64(), Read(ref reader))),
        MessageLayout.Of<BootstrapProtocol.Answer>(
            "bA",
            (writer, message) =>
            {
                writer.Int64(message.Question);
                Write(writer, message.From);
            },
            (ref reader) => new BootstrapProtocol.Answer(reader.Int64(), Read(ref reader))),
    ];

    private static void Write(WireWriter writer, NodeStanding standing)
    {
        writer.Voter(standing.Voter);
        writer.String(standing.Address);
        writer.Uuid(standing.Incarnation);
        writer.Boolean(standing.IsVoter);
        writer.String(standing.ClusterId);
        writer.List(standing.FirstVoters, static (items, address) => items.String(address));
        writer.Position(standing.Last);
        writer.Voters(standing.Voters);
        writer.Byte((byte)standing.Place);
        writer.Int32(standing.AkkaUid);
        writer.Boolean(standing.SeesVoterMajority);
        writer.List(standing.Hears, static (items, incarnation) => items.Uuid(incarnation));
        writer.Uuid(standing.Supports);
        writer.List(standing.InitialVoters, static (items, node) => items.Node(node));
    }

    private static NodeStanding Read(ref WireReader reader)
    {
        (Voter voter, string address, Guid incarnation) = (reader.Voter(), reader.String(), reader.Uuid());
        (bool isVoter, string clusterId) = (reader.Boolean(), reader.String());
        ImmutableArray<string> firstVoters = [.. reader.List(sizeof(int), static (ref items) => items.String())];
        (LogPosition last, ImmutableArray<Voter> voters) = (reader.Position(), reader.Voters());
        var place = (NodePlace)reader.Byte();
        if (!Enum.IsDefined(place)) throw new SerializationException($"There is no place {place} of a node.");
        (int uid, bool seesMajority) = (reader.Int32(), reader.Boolean());
        ImmutableArray<Guid> hears = [.. reader.List(TopicId.Size, static (ref items) => items.Uuid())];
        Guid supports = reader.Uuid();
        ImmutableArray<NodeId> initial = [.. reader.List(sizeof(int), static (ref items) => items.Node())];
        return new NodeStanding(voter, address, incarnation)
        {
            IsVoter = isVoter,
            ClusterId = clusterId,
            FirstVoters = firstVoters,
            Last = last,
            Voters = voters,
            Place = place,
            AkkaUid = uid,
            SeesVoterMajority = seesMajority,
            Hears = hears,
            Supports = supports,
            InitialVoters = initial,
        };
    }
}
