using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Listener;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;
using KafkaActors.Storage;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Partitions;

/// <summary>How long a leader remembers idempotent producers: <c>producer.id.expiration.ms</c>.</summary>
public sealed class ProducerExpiryTests : PartitionTest
{
    private static readonly LogConfig FiveSeconds = LogConfig.Default with
    {
        ProducerLimits = new ProducerStateLimits(TimeSpan.FromSeconds(5), MaxProducers: 1_000),
    };

    private readonly ManualClock _clock = new();

    [Test]
    public async Task After_its_time_a_producer_may_go_on_with_any_sequence()
    {
        (PartitionHandle partition, IActorRef leader) = await Lead();
        Assert.That(await Produce(leader, partition, 7, 0), Is.EqualTo(ErrorCode.None));
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.That(await Produce(leader, partition, 7, 5), Is.EqualTo(ErrorCode.OutOfOrderSequenceNumber));
        _clock.Advance(TimeSpan.FromSeconds(8));
        Assert.That(await Produce(leader, partition, 7, 5), Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task Nothing_is_left_of_producers_whose_time_is_over_once_the_node_looks()
    {
        (PartitionHandle partition, IActorRef leader) = await Lead();
        for (int id = 0; id < 20; id++) await Produce(leader, partition, id, 0);
        Assert.That(partition.HasProducers, Is.True);
        _clock.Advance(TimeSpan.FromSeconds(5));
        leader.Tell(PartitionProtocol.ForgetProducers.Instance);
        await Eventually.That(() => partition.HasProducers, Is.False);
    }

    private static async Task<ErrorCode> Produce(IActorRef leader, PartitionHandle partition, long id, int sequence)
    {
        byte[] batch = Batch(new ProducerSequence(id, 0, sequence), "a");
        var append = new PartitionProtocol.Append(
            1, partition.Id, LeaderEpoch.None, null, Acks.All, DateTimeOffset.MaxValue, batch);
        return (await leader.Ask<PartitionProtocol.Appended>(append, Eventually.DefaultTimeout)).Error;
    }

    private async Task<(PartitionHandle Partition, IActorRef Leader)> Lead()
    {
        // Past the timestamps of the records, which would else be too far ahead.
        _clock.Advance(TimeSpan.FromDays(36_500));
        PartitionHandle partition = Open("test", FiveSeconds);
        Assign(partition, ReplicaRole.Leader, epoch: 0);
        IActorRef leader = Sys.ActorOf(
            PartitionActor.PropsFor(Partitions, partition.EntityId, _clock, PartitionLimits.Default));
        await Eventually.That(() => partition.Route?.Epoch, Is.EqualTo(new LeaderEpoch(0)));
        return (partition, leader);
    }
}
