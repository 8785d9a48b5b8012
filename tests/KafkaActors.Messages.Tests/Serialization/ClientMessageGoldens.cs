using KafkaActors.Protocol;

namespace KafkaActors.Messages.Tests.Serialization;

/// <summary>Messages and their bytes, put together by hand from the layout tables, never from the encoder.</summary>
internal static class ClientMessageGoldens
{
    private const string Id = "0000000000000007";
    private const string TopicHex = "000102030405060708090a0b0c0d0e0f";
    private const string PartitionHex = TopicHex + "00000003";

    private static readonly TopicId Topic = new(new Guid("00010203-0405-0607-0809-0a0b0c0d0e0f"));
    private static readonly TopicIdPartition Partition = new(Topic, 3);
    private static readonly byte[] Payload = [0xca, 0xfe];

    /// <summary>Manifest, message, bytes in hexadecimal. Records that hold lists are compared by their text.</summary>
    public static IEnumerable<(string Manifest, object Message, string Hex)> All =>
        [.. Session, .. Produce, .. Fetch, .. Kafka];

    private static IEnumerable<(string, object, string)> Session =>
    [
        ("sc", new SessionProtocol.Connect(7, "ab", 1), "01" + Id + "00000002" + "6162" + "00000001"),
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
        ("pa",
            new ProduceProtocol.Append(
                7, Partition, new LeaderEpoch(5), Acks.All, TimeSpan.FromSeconds(30), 300, Payload),
            "01" + Id + PartitionHex + "00000005" + "ffff" + "0000000000007530" + "0000012c" + "cafe"),
        ("pc", new ProduceProtocol.Chunk(7, 65536, Payload), "01" + Id + "00010000" + "cafe"),
        ("pA",
            new ProduceProtocol.Appended(
                7, ErrorCode.NotLeaderOrFollower, null, -1, -1, 9, new NodeId(2), new LeaderEpoch(6)),
            "01" + Id + "0006" + "ffffffff" + "ffffffffffffffff" + "ffffffffffffffff" + "0000000000000009"
            + "00000002" + "00000006"),
    ];

    private static IEnumerable<(string, object, string)> Fetch =>
    [
        ("fe",
            new FetchProtocol.Fetch(
                7, TimeSpan.FromMilliseconds(500), 1, 1024, IsolationLevel.ReadCommitted,
                [new FetchProtocol.PartitionPosition(Partition, LeaderEpoch.None, 42, 512)]),
            "01" + Id + "00000000000001f4" + "00000001" + "00000400" + "01"
            + "00000001" + PartitionHex + "ffffffff" + "000000000000002a" + "00000200"),
        ("fD",
            new FetchProtocol.Data(
                7, Partition, ErrorCode.None, 100, 99, 10, new NodeId(1), new LeaderEpoch(4), 2, Payload),
            "01" + Id + PartitionHex + "0000" + "0000000000000064" + "0000000000000063" + "000000000000000a"
            + "00000001" + "00000004" + "00000002" + "cafe"),
        ("fC", new FetchProtocol.Chunk(7, 1, Payload), "01" + Id + "00000001" + "cafe"),
        ("fE", new FetchProtocol.Completed(7, ErrorCode.UnknownServerError), "01" + Id + "ffff"),
    ];

    // A Heartbeat v0: api key 12, version 0, correlation id 9, client id "c"; group "g", generation 1, member "m";
    // its answer: correlation id 9, REBALANCE_IN_PROGRESS.
    private static IEnumerable<(string, object, string)> Kafka =>
    [
        ("kr",
            new KafkaProtocol.Request(
                7, Convert.FromHexString("000c0000" + "00000009" + "000163" + "000167" + "00000001" + "00016d")),
            "01" + Id + "000c0000" + "00000009" + "000163" + "000167" + "00000001" + "00016d"),
        ("kR",
            new KafkaProtocol.Response(7, Convert.FromHexString("00000009" + "001b")),
            "01" + Id + "00000009" + "001b"),
    ];
}
