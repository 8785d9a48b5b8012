using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Tests.Metadata;

/// <summary>The expected bytes were put together by hand from the layout at <see cref="MetadataEventCodec"/>.</summary>
public sealed class MetadataEventCodecTests
{
    private const string TopicHex = "00112233445566778899AABBCCDDEEFF";
    private const string DirectoryHex = "0102030405060708090A0B0C0D0E0F10";
    private static readonly TopicId Topic = new(Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"));
    private static readonly DirectoryId Directory = new(Guid.Parse("01020304-0506-0708-090a-0b0c0d0e0f10"));

    private const string AllStatesHex = "0000000100000003" + "0000000100000004" + "0000000100000005"
        + "00000001" + "00000006" + "00000008" + "0000000000000102" + "0000000100000007" + "01";

    private static readonly ReplicaStates AllStates = new()
    {
        Adding = [new NodeId(3)],
        Removing = [new NodeId(4)],
        LastKnownEligible = [new NodeId(5)],
        Suspects = [new SuspectReplica(new NodeId(6), new LeaderEpoch(8), 258)],
        Failed = [new NodeId(7)],
        Recovery = RecoveryState.Recovering,
    };

    private static IEnumerable<TestCaseData> NewerGoldens()
    {
        yield return Golden(
            new BrokerRegistered(
                new NodeId(2), BrokerEpoch.None, Topic.Value, "boot", "akka", BrokerRoles.Broker, true, false, [], [])
            {
                Rack = "r", StoredEpoch = new BrokerEpoch(258), WasCleanShutdown = true, AkkaUid = 7,
                Versions = new MetadataVersionRange(0, 1), IsSuspect = true,
            },
            "0401" + "00000002" + "FFFFFFFFFFFFFFFF" + TopicHex + "00000004" + "626F6F74" + "00000004" + "616B6B61"
                + "02" + "01" + "00" + "00000000" + "00000000"
                + "0000000172" + "0000000000000102" + "01" + "00000007" + "0000" + "0001" + "01");
        yield return Golden(
            new PartitionAdded(
                new TopicIdPartition(Topic, 5), [new NodeId(1)], new NodeId(1), new LeaderEpoch(0),
                new PartitionEpoch(0), [new NodeId(1)], []) { States = AllStates },
            "0B01" + TopicHex + "00000005" + "0000000100000001" + "00000001" + "00000000" + "00000000"
                + "0000000100000001" + "00000000" + AllStatesHex);
        yield return Golden(
            new PartitionChanged(
                new TopicIdPartition(Topic, 5), NodeId.None, new LeaderEpoch(9), new PartitionEpoch(12), [], [])
            {
                Replicas = [new NodeId(9)], States = AllStates,
            },
            "0C01" + TopicHex + "00000005" + "FFFFFFFF" + "00000009" + "0000000C" + "00000000" + "00000000"
                + "0000000100000009" + AllStatesHex);
        yield return Golden(new MetadataVersionChanged(258), "1100" + "0102");
        yield return Golden(
            new BrokerSessionGranted(new NodeId(2), new BrokerEpoch(4), 3),
            "1200" + "00000002" + "0000000000000004" + "00000003");
    }

    private static IEnumerable<TestCaseData> Goldens()
    {
        yield return Golden(
            new ClusterFormed("abc", [new Voter(new NodeId(1), Directory)]),
            "0100" + "00000003" + "616263" + "00000001" + "00000001" + DirectoryHex);
        yield return Golden(new VotersChanged([]), "0200" + "00000000");
        yield return Golden(new ControllerStarted(new NodeId(3), 7), "0300" + "00000003" + "00000007");
        yield return Golden(
            new BrokerRegistered(
                new NodeId(2), BrokerEpoch.None, Topic.Value, "boot", "akka", BrokerRoles.Voter | BrokerRoles.Broker,
                true, false, [Directory], [new BrokerEndpoint("L", "h", 9092)]),
            "0400" + "00000002" + "FFFFFFFFFFFFFFFF" + TopicHex + "00000004" + "626F6F74" + "00000004" + "616B6B61"
                + "03" + "01" + "00" + "00000001" + DirectoryHex
                + "00000001" + "00000001" + "4C" + "00000001" + "68" + "00002384");
        yield return Golden(
            new BrokerFenced(new NodeId(2), new BrokerEpoch(258)), "0500" + "00000002" + "0000000000000102");
        yield return Golden(
            new BrokerUnfenced(new NodeId(2), new BrokerEpoch(258)), "0600" + "00000002" + "0000000000000102");
        yield return Golden(
            new BrokerShutdownStarted(new NodeId(2), new BrokerEpoch(258)), "0700" + "00000002" + "0000000000000102");
        yield return Golden(
            new BrokerUnregistered(new NodeId(2), new BrokerEpoch(258)), "0800" + "00000002" + "0000000000000102");
        yield return Golden(new TopicCreated(Topic, "t-é"), "0900" + TopicHex + "00000004" + "742DC3A9");
        yield return Golden(
            new TopicDeleted(Topic, 0x1234, 258), "0A01" + TopicHex + "0000000000001234" + "0000000000000102");
        yield return Golden(
            new PartitionAdded(
                new TopicIdPartition(Topic, 5), [new NodeId(1), new NodeId(2)], new NodeId(1), new LeaderEpoch(0),
                new PartitionEpoch(0), [new NodeId(1)], []),
            "0B00" + TopicHex + "00000005" + "00000002" + "00000001" + "00000002" + "00000001" + "00000000"
                + "00000000" + "00000001" + "00000001" + "00000000");
        yield return Golden(
            new PartitionChanged(
                new TopicIdPartition(Topic, 5), NodeId.None, new LeaderEpoch(9), new PartitionEpoch(12),
                [], [new NodeId(2)]),
            "0C00" + TopicHex + "00000005" + "FFFFFFFF" + "00000009" + "0000000C" + "00000000"
                + "00000001" + "00000002");
        yield return Golden(
            new ConfigChanged(ConfigResource.Topic("t"), "k", "v"),
            "0D00" + "02" + "00000001" + "74" + "00000001" + "6B" + "00000001" + "76");
        yield return Golden(
            new ConfigChanged(ConfigResource.AllBrokers, "k", null),
            "0D00" + "04" + "00000000" + "00000001" + "6B" + "FFFFFFFF");
        yield return Golden(
            new ProducerIdBlockAllocated(new NodeId(1), new BrokerEpoch(4), 2000),
            "0E00" + "00000001" + "0000000000000004" + "00000000000007D0");
        yield return Golden(
            new CoordinatorStarted("t-é", new NodeId(1), new CoordinatorEpoch(6)),
            "0F01" + "00000001" + "00000006" + "00000004" + "742DC3A9");
        yield return Golden(new DeletedTopicKept(Topic, 0x1234), "1000" + TopicHex + "0000000000001234");
    }

    [TestCaseSource(nameof(Goldens))]
    [TestCaseSource(nameof(NewerGoldens))]
    public void An_event_has_the_documented_bytes_and_reads_back(MetadataEvent item, string hex)
    {
        byte[] written = MetadataEventCodec.ToBytes([item]);
        Assert.That(Convert.ToHexString(written), Is.EqualTo("00000001" + hex));
        Assert.That(MetadataEventCodec.ToBytes(MetadataEventCodec.Read(written)), Is.EqualTo(written));
    }

    [Test]
    public void A_deletion_of_before_its_time_was_noted_is_read()
    {
        byte[] written = Convert.FromHexString("00000001" + "0A00" + TopicHex);
        Assert.That(MetadataEventCodec.Read(written), Is.EqualTo(new[] { new TopicDeleted(Topic, 0, 0) }));
    }

    [Test]
    public void A_coordinator_of_before_there_were_several_is_that_of_the_offsets_topic()
    {
        byte[] written = Convert.FromHexString("00000001" + "0F00" + "00000001" + "00000006");
        Assert.That(
            MetadataEventCodec.Read(written),
            Is.EqualTo(new[] { new CoordinatorStarted("__consumer_offsets", new NodeId(1), new CoordinatorEpoch(6)) }));
    }

    [TestCaseSource(nameof(Goldens))]
    [TestCaseSource(nameof(NewerGoldens))]
    public void An_event_cut_at_any_byte_is_refused(MetadataEvent item, string hex)
    {
        byte[] written = Convert.FromHexString("00000001" + hex);
        for (int length = 0; length < written.Length; length++)
        {
            byte[] cut = written[..length];
            Assert.That(
                () => MetadataEventCodec.Read(cut), Throws.TypeOf<MetadataFormatException>(), $"{item} {length}");
        }
    }

    [Test]
    public void Bytes_behind_the_last_event_are_refused() =>
        Assert.That(() => MetadataEventCodec.Read(new byte[5]), Throws.TypeOf<MetadataFormatException>());

    [TestCase("7FFFFFFF" + "0A00" + TopicHex, Description = "more events than there are bytes")]
    [TestCase("00000001" + "0200" + "7FFFFFFF", Description = "more voters than there are bytes")]
    public void What_is_not_understood_is_refused(string hex) =>
        Assert.That(
            () => MetadataEventCodec.Read(Convert.FromHexString(hex)), Throws.TypeOf<MetadataFormatException>());

    private static TestCaseData Golden(MetadataEvent item, string hex) =>
        new TestCaseData(item, hex).SetArgDisplayNames(item.GetType().Name, $"{hex.Length} digits");
}
