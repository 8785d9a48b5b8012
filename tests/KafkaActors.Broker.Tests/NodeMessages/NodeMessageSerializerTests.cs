using Akka.Actor;
using Akka.Serialization;
using KafkaActors.Broker.Bootstrap;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.Downing;
using KafkaActors.Broker.NodeMessages;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Bootstrap;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Partitions;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.NodeMessages;

/// <summary>The expected bytes were put together by hand from the layouts' tables.</summary>
public sealed class NodeMessageSerializerTests
{
    private const string UuidHex = "00112233445566778899AABBCCDDEEFF";
    private static readonly Guid Uuid = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff");
    private static readonly Promise Asker = new(5, new NodeId(1), Uuid);
    private static readonly Voter Voter = new(new NodeId(2), new DirectoryId(Uuid));
    private static readonly LogPosition Position = new(3, new MetadataOffset(9));
    private static readonly MetadataEntry Entry = new(
        new MetadataOffset(9), 3, [new MetadataEvent.ControllerStarted(new NodeId(1), 3)]);

    private static readonly LogSnapshot Snapshot =
        new(Position, [new MetadataEvent.ControllerStarted(new NodeId(1), 3)]);
    private static readonly QuorumProtocol.Remembered Memory = new(Voter, 5, Position);

    private const string AskerHex = "0000000500000001" + UuidHex;
    private const string VoterHex = "00000002" + UuidHex;
    private const string PositionHex = "000000030000000000000009";
    private const string MemoryHex = VoterHex + "00000005" + PositionHex;
    private const string EventsHex = "0000000E" + "00000001" + "0300" + "00000001" + "00000003";
    private const string EntriesHex = "00000001" + "0000000000000009" + "00000003" + EventsHex;
    private const string StandingHex =
        "0000000163" + AskerHex + PositionHex + "00000001" + VoterHex + "00000001" + MemoryHex + "0100";

    private ActorSystem _system = null!;

    private NodeMessageSerializer Serializer => new((ExtendedActorSystem)_system, StoppedClock.Instance);

    [OneTimeSetUp]
    public void CreateSystem() => _system = ActorSystem.Create("serializer", ReferenceConfig.Read("node-messages"));

    [OneTimeTearDown]
    public async Task EndSystem()
    {
        await _system.Terminate();
        _system.Dispose();
    }

    private static IEnumerable<TestCaseData> Goldens() =>
    [
        .. Bootstrap(), .. Quorum(), .. VoterGoldens.All, .. Reachability(), .. OfClients(), .. Changes(),
        .. Decisions(), .. Heartbeats(), .. Appends(),
    ];

    private static IEnumerable<TestCaseData> Reachability()
    {
        const string peerHex = "00000002" + "0000000161" + "00000007";
        var peer = new Peer(new NodeId(2), "a", 7);
        yield return Golden(
            new ReachabilityProtocol.Question(peer, 9, [new Suspect(peer, IsBroken: true)]),
            "dq",
            peerHex + "0000000000000009" + "00000001" + peerHex + "01");
        yield return Golden(
            new ReachabilityProtocol.Answer(
                peer, 9, Voter, new VoterSet("c", new MetadataOffset(8), [Voter]), Standing.Gone,
                [new Sight(peer, IsSilent: true, IsRefused: false)]),
            "dA",
            peerHex + "0000000000000009" + "00000001" + VoterHex + "00000001" + "0000000163" + "0000000000000008"
                + "00000001" + VoterHex + "02" + "00000001" + peerHex + "0100");
        yield return Golden(
            new ReachabilityProtocol.Answer(peer, 9, null, null, Standing.Unknown, []),
            "dA",
            peerHex + "0000000000000009" + "00000000" + "00000000" + "00" + "00000000");
    }

    private static IEnumerable<TestCaseData> Bootstrap()
    {
        var standing = new NodeStanding(Voter, "a", Uuid)
        {
            IsVoter = true,
            ClusterId = "c",
            FirstVoters = ["a", "b"],
            Last = Position,
            Voters = [Voter],
            Place = NodePlace.InCluster,
            AkkaUid = 7,
            SeesVoterMajority = true,
            Hears = [Uuid],
            Supports = Uuid,
            InitialVoters = [new NodeId(1)],
        };
        const string Hex = "0000000000000006" + VoterHex + "0000000161" + UuidHex + "01" + "0000000163"
            + "00000002" + "0000000161" + "0000000162" + PositionHex + "00000001" + VoterHex + "03" + "00000007" + "01"
            + "00000001" + UuidHex + UuidHex + "00000001" + "00000001";
        yield return Golden(new BootstrapProtocol.Ask(6, standing), "ba", Hex);
        yield return Golden(new BootstrapProtocol.Answer(6, standing), "bA", Hex);
    }

    private static IEnumerable<TestCaseData> Quorum()
    {
        var status = new QuorumProtocol.Status(
            Asker, Voter, "c", Asker, Position, [Voter], [Memory], IsRefilling: true);
        yield return Golden(new QuorumProtocol.Query(Asker), "qq", AskerHex);
        yield return Golden(status, "qQ", AskerHex + VoterHex + StandingHex);
        yield return Golden(
            new QuorumProtocol.RequestPromise(Asker, "c", [Voter]), "qp",
            AskerHex + "0000000163" + "00000001" + VoterHex);
        yield return Golden(
            new QuorumProtocol.PromiseAnswered(Asker, Voter, true, status), "qP",
            AskerHex + VoterHex + "01" + StandingHex);
        yield return Golden(
            new QuorumProtocol.FetchLog(Asker, Position), "qf", AskerHex + PositionHex);
        yield return Golden(
            new QuorumProtocol.LogFetched(Asker, Voter, Position, LogPosition.Empty, Snapshot, [Entry]),
            "qF",
            AskerHex + VoterHex + PositionHex + "00000000FFFFFFFFFFFFFFFF"
            + "01" + PositionHex + EventsHex + EntriesHex);
        yield return Golden(
            new QuorumProtocol.Append(Asker, "c", Position, [Entry], new MetadataOffset(8), [Memory], 7),
            "qa",
            AskerHex + "0000000163" + PositionHex + "0000000000000008" + "00000001" + MemoryHex + "0000000000000007"
                + "00" + EntriesHex);
        yield return Golden(
            new QuorumProtocol.InstallSnapshot(Asker, "c", Snapshot),
            "qi",
            AskerHex + "0000000163" + "01" + PositionHex + EventsHex + "00000000");
        yield return Golden(
            new QuorumProtocol.Appended(Asker, Voter, Asker, true, Position, Position, 7),
            "qA",
            AskerHex + VoterHex + AskerHex + "01" + PositionHex + PositionHex + "0000000000000007");
    }

    private static IEnumerable<TestCaseData> OfClients()
    {
        yield return Golden(
            new ControllerProtocol.CreateTopics(
                6,
                [new NewTopic("t", -1, 1, [[new NodeId(1)], []], new Dictionary<string, string> { ["a"] = "b" })],
                ValidateOnly: true),
            "ct",
            "0000000000000006" + "01" + "00000001" + "0000000174" + "FFFFFFFF" + "0001"
                + "00000002" + "00000001" + "00000001" + "00000000" + "00000001" + "0000000161" + "0000000162");
        yield return Golden(
            new ControllerProtocol.DeleteTopics(6, ["t"]), "cd", "0000000000000006" + "00000001" + "0000000174");
        yield return Golden(
            new ControllerProtocol.UnregisterBroker(6, new NodeId(3)), "cw", "0000000000000006" + "00000003");
        yield return Golden(
            new ControllerProtocol.AddPartitions(6, [new NewPartitions("t", 4, [])], ValidateOnly: false),
            "cn",
            "0000000000000006" + "00" + "00000001" + "0000000174" + "00000004" + "00000000");
        yield return Golden(
            new ControllerProtocol.AlterConfigs(
                6,
                [
                    new ResourceChangeRequest(
                        ConfigResource.Topic("t"), [new ConfigChangeRequest("a", ConfigOperation.Delete, null)]),
                ],
                ValidateOnly: false),
            "ca",
            "0000000000000006" + "00" + "00000001" + "02" + "0000000174" + "00000001" + "0000000161" + "01"
                + "FFFFFFFF");
        yield return Golden(
            new ControllerProtocol.TopicsChanged(
                6, [new TopicResult("t", new TopicId(Uuid), ErrorCode.TopicAlreadyExists, "x")], new MetadataOffset(9)),
            "cT",
            "0000000000000006" + "0000000000000009" + "00000001" + "0000000174" + UuidHex + "0024" + "0000000178");
        yield return Golden(
            new ControllerProtocol.ConfigsAltered(
                6,
                [new ResourceResult(ConfigResource.AllBrokers, ErrorCode.InvalidConfig, null)],
                new MetadataOffset(9)),
            "cK",
            "0000000000000006" + "0000000000000009" + "00000001" + "04" + "00000000" + "0028" + "FFFFFFFF");
    }

    private static IEnumerable<TestCaseData> Changes()
    {
        yield return Golden(
            new ControllerProtocol.RegisterBroker(6, new BrokerRegistration(
                new NodeId(2), "c", Uuid, "b", "a", BrokerRoles.Broker, new BrokerEpoch(4), [new DirectoryId(Uuid)],
                [new BrokerEndpoint("L", "h", 9092)])
            {
                WasCleanShutdown = true, Rack = "r", AkkaUid = 258, Versions = new MetadataVersionRange(0, 1),
            }),
            "cr",
            "0000000000000006" + "00000002" + "0000000163" + UuidHex + "0000000162" + "0000000161" + "02"
                + "0000000000000004" + "00000001" + UuidHex + "00000001" + "000000014C" + "0000000168" + "00002384"
                + "01" + "0000000172" + "00000102" + "0000" + "0001",
            version: 2);
        yield return Golden(
            new ControllerProtocol.UnfenceBroker(6, new NodeId(2), new BrokerEpoch(4))
            {
                LogEnds = [new ReplicaLogEnd(new TopicIdPartition(new TopicId(Uuid), 7), new LeaderEpoch(8), 258)],
            },
            "cu",
            "0000000000000006" + "00000002" + "0000000000000004"
                + "00000001" + UuidHex + "00000007" + "00000008" + "0000000000000102",
            version: 2);
        yield return Golden(
            new ControllerProtocol.ShutDownBroker(6, new NodeId(2), new BrokerEpoch(4)),
            "cs", "0000000000000006" + "00000002" + "0000000000000004");
        yield return Golden(
            new ControllerProtocol.AllocateProducerIds(6, new NodeId(2), new BrokerEpoch(4)),
            "cp", "0000000000000006" + "00000002" + "0000000000000004");
        yield return Golden(
            new ControllerProtocol.StartCoordinator(6, "t-é", new NodeId(2), new BrokerEpoch(4)),
            "cg", "0000000000000006" + "00000002" + "0000000000000004" + "00000004" + "742DC3A9");
    }

    private static IEnumerable<TestCaseData> Heartbeats()
    {
        yield return Golden(
            new ControllerProtocol.Heartbeat(
                new NodeId(2), "c", Uuid, new BrokerEpoch(4), new MetadataOffset(9),
                [new DirectoryProgress(new DirectoryId(Uuid), TimeSpan.FromMilliseconds(258))]),
            "ch",
            "00000002" + "0000000163" + UuidHex + "0000000000000004" + "0000000000000009" + "00000001"
            + UuidHex + "00000102");
        yield return Golden(
            new ControllerProtocol.HeartbeatAnswered(3, ErrorCode.StaleBrokerEpoch, "m"),
            "cH",
            "00000003" + "004D" + "000000016D");
        yield return Golden(new StandbyProtocol.Serves(3), "cy", "00000003");
        yield return Golden(new StandbyProtocol.Ended(3), "cz", "00000003");
        yield return Golden(new ControllerProtocol.Recall(6), "cq", "0000000000000006");
        yield return Golden(
            new ControllerProtocol.ConfirmedDead(new NodeId(2), Uuid), "cx", "00000002" + UuidHex);
        yield return Golden(new ControllerProtocol.Fed([Entry]), "cF", "00" + EntriesHex);
        yield return Golden(
            new ControllerProtocol.FedSnapshot(Snapshot), "cS", "01" + PositionHex + EventsHex + "00000000");
    }

    private static IEnumerable<TestCaseData> Appends()
    {
        yield return Golden(
            new PartitionProtocol.Appended(
                7, ErrorCode.NotLeaderOrFollower, null, -1, -1, 9, new NodeId(2), new LeaderEpoch(6)),
            "iA",
            "0000000000000007" + "0006" + "FFFFFFFF" + "FFFFFFFFFFFFFFFF" + "FFFFFFFFFFFFFFFF"
                + "0000000000000009" + "00000002" + "00000006");
    }

    private static IEnumerable<TestCaseData> Decisions()
    {
        yield return Golden(
            new ControllerProtocol.ReportOffline(
                6, new NodeId(2), new BrokerEpoch(4), [new TopicIdPartition(new TopicId(Uuid), 7)]),
            "co",
            "0000000000000006" + "00000002" + "0000000000000004" + "00000001" + UuidHex + "00000007");
        yield return Golden(
            new PartitionEnvelope(
                new NodeId(2),
                new TopicIdPartition(new TopicId(Uuid), 7),
                PartitionProtocol.AssignmentChanged.Instance),
            "ie",
            "00000002" + UuidHex + "00000007" + "00");
        yield return Golden(
            Enveloped(new CoordinatorEpoch(3), new MetadataOffset(9)),
            "ie",
            "00000002" + UuidHex + "00000007" + "01" + "0000000000000006" + "00000008" + "01" + "00000003" + "FFFF"
                + "0000000000000009" + "00000000000005DC" + "ABCD");
        yield return Golden(
            Enveloped(null, MetadataOffset.None),
            "ie",
            "00000002" + UuidHex + "00000007" + "01" + "0000000000000006" + "00000008" + "00" + "00000000" + "FFFF"
                + "FFFFFFFFFFFFFFFF" + "00000000000005DC" + "ABCD");
        yield return Golden(
            new ControllerProtocol.BrokerDecided(
                6, ErrorCode.StaleBrokerEpoch, null, new BrokerEpoch(4), new MetadataOffset(9)),
            "cB", "0000000000000006" + "004D" + "FFFFFFFF" + "0000000000000004" + "0000000000000009");
        yield return Golden(
            new ControllerProtocol.ProposeIsr(6, new IsrProposal(
                new TopicIdPartition(new TopicId(Uuid), 7), new NodeId(2), new BrokerEpoch(4), new LeaderEpoch(8),
                new PartitionEpoch(9), [new IsrMember(new NodeId(2), new BrokerEpoch(4))])),
            "ci",
            "0000000000000006" + UuidHex + "00000007" + "00000002" + "0000000000000004" + "00000008" + "00000009"
                + "00000001" + "00000002" + "0000000000000004");
        yield return Golden(
            new ControllerProtocol.IsrDecided(6, ErrorCode.None, new MetadataOffset(9)),
            "cI", "0000000000000006" + "0000" + "0000000000000009");
        yield return Golden(
            new ControllerProtocol.ProducerIdsAllocated(6, ErrorCode.None, 1000, 1000, new MetadataOffset(9)),
            "cP", "0000000000000006" + "0000" + "00000000000003E8" + "000003E8" + "0000000000000009");
        yield return Golden(
            new ControllerProtocol.CoordinatorDecided(
                6, ErrorCode.None, new CoordinatorEpoch(5), new MetadataOffset(9)),
            "cG", "0000000000000006" + "0000" + "00000005" + "0000000000000009");
        yield return Golden(
            new ControllerProtocol.Refused(6, ErrorCode.NotController, "m"),
            "cR", "0000000000000006" + "0029" + "000000016D");
        yield return Golden(
            new Fragment(6, "cF", 100, 3, new byte[] { 0xAB, 0xCD }),
            "fr", "0000000000000006" + "000000026346" + "00000064" + "00000003" + "ABCD");
    }

    [TestCaseSource(nameof(Goldens))]
    public void A_message_has_the_documented_bytes_and_reads_back(object message, string manifest, string hex)
    {
        byte[] bytes = Serializer.ToBinary(message);
        Assert.That(Serializer.Manifest(message), Is.EqualTo(manifest));
        Assert.That(Convert.ToHexString(bytes), Is.EqualTo(hex));
        object read = Serializer.FromBinary(bytes, manifest);
        Assert.That(read, Is.TypeOf(message.GetType()));
        Assert.That(Serializer.ToBinary(read), Is.EqualTo(bytes));
    }

    [TestCaseSource(nameof(Goldens))]
    public void A_message_is_bound_to_the_serializer(object message, string manifest, string hex)
    {
        Serializer found = _system.Serialization.FindSerializerFor(message);
        Assert.That(found, Is.TypeOf<NodeMessageSerializer>(), $"{manifest} {hex.Length}");
        Assert.That(found.Identifier, Is.EqualTo(NodeMessageSerializer.SerializerId));
    }

    [Test]
    public void A_message_larger_than_a_frame_is_put_together_from_its_fragments()
    {
        var fed = new ControllerProtocol.Fed([.. Enumerable.Range(0, 5000).Select(offset =>
            Entry with { Offset = new MetadataOffset(offset) })]);
        byte[] bytes = Serializer.ToBinary(fed);
        var assembler = new FragmentAssembler(_system);
        object? whole = null;
        for (int position = 0; position < bytes.Length; position += 1000)
        {
            Assert.That(whole, Is.Null);
            assembler.TryComplete(ActorRefs.Nobody, Part(bytes, position), out whole);
        }

        Assert.That(Serializer.ToBinary(whole!), Is.EqualTo(bytes));
    }

    [Test]
    public void A_missing_fragment_drops_the_message_and_the_next_one_passes()
    {
        byte[] bytes = Serializer.ToBinary(new ControllerProtocol.Fed([Entry]));
        var assembler = new FragmentAssembler(_system);
        assembler.TryComplete(ActorRefs.Nobody, Part(bytes, 0, 10), out _);
        Assert.That(assembler.TryComplete(ActorRefs.Nobody, Part(bytes, 20, 100), out _), Is.False);
        assembler.TryComplete(ActorRefs.Nobody, Part(bytes, 0, 10), out _);
        Assert.That(assembler.TryComplete(ActorRefs.Nobody, Part(bytes, 10, 100), out object? whole), Is.True);
        Assert.That(whole, Is.TypeOf<ControllerProtocol.Fed>());
    }

    private static PartitionEnvelope Enveloped(CoordinatorEpoch? coordinator, MetadataOffset decidedAt)
    {
        var partition = new TopicIdPartition(new TopicId(Uuid), 7);
        var append = new PartitionProtocol.Append(
            6,
            partition,
            new LeaderEpoch(8),
            coordinator,
            Acks.All,
            StoppedClock.Instance.GetUtcNow() + TimeSpan.FromMilliseconds(1500),
            new byte[] { 0xAB, 0xCD })
        {
            DecidedAt = decidedAt,
        };
        return new PartitionEnvelope(new NodeId(2), partition, append);
    }

    private static Fragment Part(byte[] bytes, int position, int count = 1000) => new(
        1, "cF", bytes.Length, position, bytes.AsMemory(position, Math.Min(count, bytes.Length - position)));

    internal static TestCaseData Golden(object message, string manifest, string hex, int version = 1) =>
        new TestCaseData(message, manifest, $"{version:X2}{hex}").SetArgDisplayNames(message.GetType().Name);

    private sealed class StoppedClock : TimeProvider
    {
        public static StoppedClock Instance { get; } = new();

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddDays(20_000);
    }
}
