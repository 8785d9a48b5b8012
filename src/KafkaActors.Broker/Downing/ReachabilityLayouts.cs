using System.Runtime.Serialization;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages.Serialization;
using KafkaActors.Protocol;
using static KafkaActors.Broker.Downing.ReachabilityProtocol;

namespace KafkaActors.Broker.Downing;

/// <summary>
/// <see cref="ReachabilityProtocol"/> on the wire, after the version byte.
/// <code>
/// dq Question  peer asker, int64 number, list of (peer, boolean broken) suspect
/// dA Answer    peer answerer, int64 number, list of voter itself (one or none), list of set (one or none), byte
///              standing of the asker, list of (peer, boolean silent, boolean refused) sight
/// set          string cluster id, int64 offset, list of voter
/// peer         int32 node, string address, int32 uid
/// voter        int32 node, uuid directory
/// </code>
/// </summary>
internal static class ReachabilityLayouts
{
    private const int PeerBytes = 3 * sizeof(int);

    private const int VoterBytes = sizeof(int) + TopicId.Size;

    public static IReadOnlyList<MessageLayout> All { get; } =
    [
        MessageLayout.Of<Question>("dq", WriteQuestion, ReadQuestion),
        MessageLayout.Of<Answer>("dA", WriteAnswer, ReadAnswer),
    ];

    private static void WriteQuestion(WireWriter writer, Question message)
    {
        WritePeer(writer, message.Asker);
        writer.Int64(message.Number);
        writer.List(message.Suspects, static (items, suspect) =>
        {
            WritePeer(items, suspect.Peer);
            items.Boolean(suspect.IsBroken);
        });
    }

    private static Question ReadQuestion(ref WireReader reader) => new(
        ReadPeer(ref reader),
        reader.Int64(),
        [.. reader.List(PeerBytes + sizeof(byte), static (ref items) =>
            new Suspect(ReadPeer(ref items), items.Boolean()))]);

    private static void WriteAnswer(WireWriter writer, Answer message)
    {
        WritePeer(writer, message.Answerer);
        writer.Int64(message.Number);
        writer.List<Voter>(message.Voter is { } self ? [self] : [], WriteVoter);
        writer.List<VoterSet>(message.Voters is { } known ? [known] : [], static (items, set) =>
        {
            items.String(set.ClusterId);
            items.Int64(set.Offset.Value);
            items.List(set.Voters, WriteVoter);
        });
        writer.Byte((byte)message.Asker);
        writer.List(message.Sights, static (items, sight) =>
        {
            WritePeer(items, sight.Peer);
            items.Boolean(sight.IsSilent);
            items.Boolean(sight.IsRefused);
        });
    }

    private static Answer ReadAnswer(ref WireReader reader)
    {
        Peer answerer = ReadPeer(ref reader);
        long number = reader.Int64();
        Voter[] voter = reader.List(VoterBytes, static (ref items) => ReadVoter(ref items));
        VoterSet[] voters = reader.List(sizeof(long) + (2 * sizeof(int)), static (ref items) =>
        {
            string clusterId = items.String();
            var offset = new MetadataOffset(items.Int64());
            Voter[] voters = items.List(VoterBytes, static (ref inner) => ReadVoter(ref inner));
            return new VoterSet(clusterId, offset, [.. voters]);
        });
        Standing asker = ReadStanding(ref reader);
        Sight[] sights = reader.List(PeerBytes + (2 * sizeof(byte)), static (ref items) =>
            new Sight(ReadPeer(ref items), items.Boolean(), items.Boolean()));
        Voter? self = voter.Length > 0 ? voter[0] : null;
        return new Answer(answerer, number, self, voters.FirstOrDefault(), asker, [.. sights]);
    }

    private static Standing ReadStanding(ref WireReader reader)
    {
        var standing = (Standing)reader.Byte();
        return standing <= Standing.Gone
            ? standing
            : throw new SerializationException($"A standing has the value {(byte)standing}.");
    }

    private static void WritePeer(WireWriter writer, Peer peer)
    {
        writer.Node(peer.Node);
        writer.String(peer.Address);
        writer.Int32(peer.Uid);
    }

    private static Peer ReadPeer(ref WireReader reader) => new(reader.Node(), reader.String(), reader.Int32());

    private static void WriteVoter(WireWriter writer, Voter voter)
    {
        writer.Node(voter.Node);
        writer.Topic(new TopicId(voter.Directory.Value));
    }

    private static Voter ReadVoter(ref WireReader reader) =>
        new(reader.Node(), new DirectoryId(reader.Topic().Value));
}
