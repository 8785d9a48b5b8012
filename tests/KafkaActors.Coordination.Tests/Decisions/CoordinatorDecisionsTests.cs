using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Tests.Decisions;

public sealed class CoordinatorDecisionsTests
{
    private const string Offsets = "__consumer_offsets";
    private const string Transactions = "__transaction_state";

    private static readonly NodeId One = new(1);

    private readonly MetadataImage _image = new ImageBuilder().Formed().Broker(1).Image;

    [Test]
    public void Each_start_has_an_epoch_above_all_before_it_over_the_same_topic()
    {
        MetadataImage started = Started(Started(_image, Offsets, 1), Offsets, 2);

        Assert.That(started.Coordinator(Offsets), Is.EqualTo(new CoordinatorImage(One, new CoordinatorEpoch(2))));
        Started(started, Transactions, 1);
    }

    [Test]
    public void An_epoch_that_an_older_log_counted_is_that_of_the_offsets_topic()
    {
        byte[] old = Convert.FromHexString("00000001" + "0F00" + "00000001" + "00000006");
        MetadataImage image = _image.Apply(MetadataEventCodec.Read(old), _image.Offset.Next());

        Started(image, Offsets, 7);
        Started(image, Transactions, 1);
    }

    [Test]
    public void A_node_that_is_not_registered_so_and_a_topic_of_anybody_are_refused()
    {
        BrokerEpoch epoch = _image.Broker(One)!.Epoch;
        Assert.That(Refusal(Offsets, new NodeId(2), epoch), Is.EqualTo(ErrorCode.BrokerIdNotRegistered));
        Assert.That(Refusal(Offsets, One, new BrokerEpoch(epoch.Value + 1)), Is.EqualTo(ErrorCode.StaleBrokerEpoch));
        Assert.That(Refusal("t", One, epoch), Is.EqualTo(ErrorCode.InvalidTopicException));
    }

    private static MetadataImage Started(MetadataImage image, string topic, int expected)
    {
        Decision<CoordinatorStart> start = CoordinatorDecisions.Start(image, topic, One, image.Broker(One)!.Epoch);
        Assert.That(start.Result, Is.EqualTo(new CoordinatorStart(ErrorCode.None, new CoordinatorEpoch(expected))));
        return image.Apply(start.Events, image.Offset.Next());
    }

    private ErrorCode Refusal(string topic, NodeId node, BrokerEpoch epoch)
    {
        Decision<CoordinatorStart> start = CoordinatorDecisions.Start(_image, topic, node, epoch);
        Assert.That(start.Events, Is.Empty);
        return start.Result.Error;
    }
}
