using KafkaActors.Protocol;

namespace KafkaActors.Messages.Tests.Serialization;

/// <summary>Messages and their bytes, put together by hand from the layout tables, never from the encoder.</summary>
internal static class ClientMessageGoldens
{
    private const string Id = "0000000000000007";
    private static readonly byte[] Payload = [0xca, 0xfe];

    /// <summary>Manifest, message, bytes in hexadecimal.</summary>
    public static IEnumerable<(string Manifest, object Message, string Hex)> All =>
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
}
