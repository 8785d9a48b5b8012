using KafkaActors.Broker.Hosting;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Partitions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Hosting;

public sealed class DoorOpeningTests : PartitionTest
{
    [Test]
    public async Task A_partition_is_waited_for_until_it_is_served()
    {
        PartitionHandle partition = await Led("test");
        LeaderRoute route = partition.Route!;
        MetadataImage image = Image(partition.Id, partition.Assignment.LeaderEpoch);
        partition.Route = null;
        var opening = new DoorOpening(Self, Partitions, image);

        Assert.That(opening.TryNext(image, out TopicIdPartition next), Is.True);
        Assert.That((next, opening.Left), Is.EqualTo((partition.Id, 1)));
        partition.Route = route;
        Assert.That(opening.TryNext(image, out _), Is.False);
    }

    [Test]
    public async Task One_that_is_served_under_an_older_epoch_is_waited_for()
    {
        PartitionHandle partition = await Led("test");
        MetadataImage image = Image(partition.Id, partition.Assignment.LeaderEpoch.Next());
        Assert.That(new DoorOpening(Self, Partitions, image).TryNext(image, out _), Is.True);
    }

    [Test]
    public void One_whose_log_is_not_open_yet_is_waited_for_until_another_node_leads_it()
    {
        var id = new TopicIdPartition(TopicId.NewRandom(), 0);
        MetadataImage image = Image(id, new LeaderEpoch(0));
        var opening = new DoorOpening(Self, Partitions, image);
        Assert.That(opening.TryNext(image, out _), Is.True);
        MetadataImage moved = image.Apply(
            new MetadataEvent.PartitionChanged(
                id, new NodeId(2), new LeaderEpoch(1), new PartitionEpoch(1), [Self], []),
            image.Offset.Next());
        Assert.That(opening.TryNext(moved, out _), Is.False);
    }

    [Test]
    public async Task One_that_cannot_be_served_is_not_waited_for()
    {
        PartitionHandle partition = await Led("test");
        MetadataImage image = Image(partition.Id, partition.Assignment.LeaderEpoch);
        partition.Route = null;
        partition.Assignment = partition.Assignment with { Error = ErrorCode.KafkaStorageError };
        Assert.That(new DoorOpening(Self, Partitions, image).TryNext(image, out _), Is.False);
    }

    private async Task<PartitionHandle> Led(string topic)
    {
        PartitionHandle partition = Open(topic);
        await Lead(partition);
        return partition;
    }

    private static MetadataImage Image(TopicIdPartition id, LeaderEpoch epoch) => MetadataImage.Empty.Apply(
        [
            new MetadataEvent.TopicCreated(id.TopicId, "test"),
            new MetadataEvent.PartitionAdded(id, [Self], Self, epoch, new PartitionEpoch(0), [Self], []),
        ],
        MetadataImage.Empty.Offset.Next());
}
