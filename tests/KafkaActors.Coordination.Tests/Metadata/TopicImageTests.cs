using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Tests.Metadata;

public sealed class TopicImageTests
{
    [TestCase(0, true)]
    [TestCase(1, true)]
    [TestCase(2, false)]
    [TestCase(-1, false)]
    [TestCase(int.MinValue, false)]
    [TestCase(int.MaxValue, false)]
    public void It_has_the_partitions_that_it_has_and_no_other_number(int partition, bool isThere)
    {
        MetadataImage image = new ImageBuilder().Broker(1).Topic(1, "t", [1], [1]).Image;
        TopicImage topic = image.Topic("t")!;
        Assert.That(topic.Has(partition), Is.EqualTo(isThere));
        Assert.That(image.Partition(new TopicIdPartition(topic.Id, partition)) is not null, Is.EqualTo(isThere));
    }
}
