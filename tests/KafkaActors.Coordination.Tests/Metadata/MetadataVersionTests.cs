using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Tests.Metadata;

/// <summary>
/// The trap of a new event kind: older software meets metadata of newer software. It reads, keeps and passes on what
/// it does not know, and stops where it would have to apply it, with offset, kind and remedy.
/// </summary>
public sealed class MetadataVersionTests
{
    private const string TopicHex = "00112233445566778899AABBCCDDEEFF";

    [TestCase("00000001" + "63" + "00" + "AABB", "type 99, version 0", Description = "a kind of its own")]
    [TestCase("00000001" + "0A" + "02" + TopicHex, "type 10, version 2", Description = "a version of a known kind")]
    [TestCase("00000002" + "09" + "01" + TopicHex + "630000", "type 9, version 1", Description = "another behind it")]
    public void What_newer_software_wrote_is_read_and_passed_on_byte_for_byte(string hex, string kind)
    {
        byte[] written = Convert.FromHexString(hex);
        var events = MetadataEventCodec.Read(written);
        Assert.That(MetadataEventCodec.ToBytes(events), Is.EqualTo(written));
        Assert.That(events.Single().ToString(), Does.Contain(kind));
    }

    [Test]
    public void Known_events_before_an_unknown_one_are_read()
    {
        byte[] written = Convert.FromHexString("00000003" + "09" + "00" + TopicHex + "0000000174" + "6300" + "0100");
        var events = MetadataEventCodec.Read(written);
        Assert.That(events[0], Is.TypeOf<TopicCreated>());
        Assert.That(((Unknown)events[1]).Count, Is.EqualTo(2));
        Assert.That(MetadataEventCodec.ToBytes(events), Is.EqualTo(written));
    }

    [Test]
    public void An_unknown_event_stops_a_node_where_it_is_applied_with_offset_kind_and_remedy()
    {
        var events = MetadataEventCodec.Read(Convert.FromHexString("00000001" + "6300" + "AABB"));
        Assert.That(
            () => MetadataImage.Empty.Apply(events, new MetadataOffset(41)),
            Throws.TypeOf<UnsupportedMetadataException>().With.Message.Contains("offset 41")
                .And.Message.Contains("type 99, version 0").And.Message.Contains("start the node with"));
    }

    [Test]
    public void The_entry_of_the_log_that_holds_it_stops_a_voter_and_a_follower_alike()
    {
        var entry = new MetadataEntry(
            new MetadataOffset(41), 3, MetadataEventCodec.Read(Convert.FromHexString("00000001" + "6300" + "AABB")));
        Assert.That(
            () => MetadataImage.Empty.Apply(entry),
            Throws.TypeOf<MetadataEntryException>().With.Message.Contains("offset 41")
                .And.Message.Contains("type 99, version 0").And.Message.Contains("start the node with"));
    }

    [Test]
    public void A_level_above_what_this_software_knows_stops_a_node_before_what_the_level_allows()
    {
        MetadataEvent[] events =
            [new MetadataVersionChanged(MetadataVersion.Newest + 1), new TopicCreated(default, "t")];
        Assert.That(
            () => MetadataImage.Empty.Apply(events, new MetadataOffset(7)),
            Throws.TypeOf<UnsupportedMetadataException>().With.Message.Contains("offset 7")
                .And.Message.Contains($"metadata.version {MetadataVersion.Newest + 1}")
                .And.Message.Contains($"metadata.version {MetadataVersion.Supported}"));
    }

    [Test]
    public void A_snapshot_of_a_newer_level_stops_a_node_as_the_log_does() =>
        Assert.That(
            () => MetadataSnapshot.Load([new MetadataVersionChanged(9)], new MetadataOffset(50)),
            Throws.TypeOf<UnsupportedMetadataException>().With.Message.Contains("offset 50"));

    [Test]
    public void The_level_is_in_a_snapshot()
    {
        MetadataImage image = MetadataImage.Empty.Apply(new MetadataVersionChanged(1), new MetadataOffset(3));
        MetadataImage loaded = MetadataSnapshot.Load(MetadataSnapshot.EventsOf(image), image.Offset);
        Assert.That(loaded.MetadataVersion, Is.EqualTo(1));
    }

    [Test]
    public void What_a_level_adds_may_stand_behind_its_raise_in_the_entry_and_not_before()
    {
        MetadataEvent raise = new MetadataVersionChanged(1);
        MetadataEvent changed = new PartitionChanged(
            default, NodeId.None, default, default, [], []) { States = new ReplicaStates { Failed = [new NodeId(1)] } };
        Assert.That(MetadataVersion.Allows(0, [raise, changed]), Is.True);
        Assert.That(MetadataVersion.Allows(1, [changed]), Is.True);
        Assert.That(MetadataVersion.Allows(0, [changed]), Is.False);
    }
}
