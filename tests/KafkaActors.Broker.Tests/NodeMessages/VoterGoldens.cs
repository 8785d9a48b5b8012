using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.NodeMessages;

/// <summary>The bytes of what is asked of the controller about the voters.</summary>
internal static class VoterGoldens
{
    private const string UuidHex = "00112233445566778899AABBCCDDEEFF";
    private const string VoterHex = "00000002" + UuidHex;

    private static readonly Voter Voter = new(
        new NodeId(2), new DirectoryId(new Guid(Convert.FromHexString(UuidHex), bigEndian: true)));

    public static IEnumerable<TestCaseData> All =>
    [
        NodeMessageSerializerTests.Golden(
            new VoterProtocol.AddVoters(
                7, "c", [new NewVoter(new NodeId(2), Voter.Directory), new NewVoter(new NodeId(3), null)],
                TimeSpan.FromSeconds(1)),
            "va",
            "0000000000000007" + "0000000163" + "00000002" + "0000000201" + UuidHex + "0000000300" + new string('0', 32)
            + "00000000000003E8"),
        NodeMessageSerializerTests.Golden(
            new VoterProtocol.RemoveVoter(7, "c", Voter), "vr", "0000000000000007" + "0000000163" + VoterHex),
        NodeMessageSerializerTests.Golden(
            new VoterProtocol.VotersDecided(7, ErrorCode.DuplicateVoter, "m", new MetadataOffset(9)),
            "vA",
            "0000000000000007" + "007E" + "000000016D" + "0000000000000009"),
        NodeMessageSerializerTests.Golden(new VoterProtocol.DescribeQuorum(7), "vd", "0000000000000007"),
        NodeMessageSerializerTests.Golden(
            new VoterProtocol.QuorumDescribed(
                7, new NodeId(1), 5, 10, [new VoterProtocol.QuorumReplica(Voter, true, 9, 8, -1)]),
            "vD",
            "0000000000000007" + "00000001" + "00000005" + "000000000000000A" + "00000001" + VoterHex + "01"
            + "0000000000000009" + "0000000000000008" + "FFFFFFFFFFFFFFFF"),
    ];
}
