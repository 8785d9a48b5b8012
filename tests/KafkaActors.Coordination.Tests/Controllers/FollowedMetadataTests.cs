using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Controllers.ControllerProtocol;

namespace KafkaActors.Coordination.Tests.Controllers;

public sealed class FollowedMetadataTests
{
    [Test]
    public void A_gap_is_asked_for_and_applied_by_nobody()
    {
        var metadata = new FollowedMetadata();
        Assert.That(metadata.Take(Topic(0)).Delta, Is.Not.Null);
        Assert.That(metadata.Take(Topic(2)), Is.EqualTo(new FollowStep(null, AsksAgain: true)));
        Assert.That(metadata.Image.Offset.Value, Is.Zero);
        Assert.That(metadata.Take(Topic(0)), Is.EqualTo(default(FollowStep)), "a repetition");
    }

    /// <summary>Row 9.</summary>
    [Test]
    public void After_an_entry_that_cannot_be_applied_nothing_follows()
    {
        var metadata = new FollowedMetadata();
        metadata.Take(Topic(0));
        MetadataImage before = metadata.Image;
        var gone = new MetadataEvent.TopicDeleted(ImageBuilder.Id(77));
        metadata.Take(new Fed([new MetadataEntry(new MetadataOffset(1), 1, [gone])]));
        Assert.That(metadata.Fault, Does.Contain("entry 1").And.Contain(nameof(MetadataEvent.TopicDeleted)));
        metadata.Take(Topic(1));
        Assert.That(metadata.Image, Is.SameAs(before));
    }

    private static Fed Topic(int offset) => new(
        [
            new MetadataEntry(
                new MetadataOffset(offset), 1,
                [new MetadataEvent.TopicCreated(ImageBuilder.Id(offset + 1), $"t{offset}")]),
        ]);
}
