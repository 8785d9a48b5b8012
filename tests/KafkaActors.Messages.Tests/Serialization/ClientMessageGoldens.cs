using KafkaActors.Protocol;

namespace KafkaActors.Messages.Tests.Serialization;

/// <summary>Messages and their bytes, put together by hand from the layout tables, never from the encoder.</summary>
internal static class ClientMessageGoldens
{
    private const string Id = "0000000000000007";
    private static readonly byte[] Payload = [0xca, 0xfe];

    /// <summary>Manifest, message, bytes in hexadecimal. Records that hold lists are compared by their text.</summary>
    public static IEnumerable<(string Manifest, object Message, string Hex)> All => [.. Session, .. Produce];

    private static IEnumerable<(string, object, string)> Session =>
    [
        ("sc",
            new SessionProtocol.Connect(7, "ab", "k", "1.0", 2),
            "02" + Id + "00000002" + "6162" + "00000002" + "00000001" + "6b" + "00000003" + "312e30"),
        ("sp", new SessionProtocol.FramePart(7, 300, 65536, Payload), "01" + Id + "0000012c" + "00010000" + "cafe"),
        ("ss", new SessionProtocol.Served(7), "01" + Id),
        ("sr",
            new SessionProtocol.Refused(7, ErrorCode.UnsupportedVersion, "no"),
            "01" + Id + "0023" + "00000002" + "6e6f"),
        ("sk", new SessionProtocol.KeepAlive(7), "01" + Id),
        ("sK", new SessionProtocol.Alive(-1), "01" + "ffffffffffffffff"),
        ("sd", new SessionProtocol.Disconnect(), "01"),
        ("se", new SessionProtocol.SessionEnded("é"), "01" + "00000002" + "c3a9"),
    ];

    private static IEnumerable<(string, object, string)> Produce =>
    [
        ("pA",
            new ProduceProtocol.Appended(
                7, ErrorCode.NotLeaderOrFollower, null, -1, -1, 9, new NodeId(2), new LeaderEpoch(6)),
            "01" + Id + "0006" + "ffffffff" + "ffffffffffffffff" + "ffffffffffffffff" + "0000000000000009"
            + "00000002" + "00000006"),
    ];
}
