using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Partitions;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class LogOpeningTests
{
    private static readonly TopicPartition Name = new("life", 0);
    private static readonly TopicIdPartition Former = new(new TopicId(new Guid(1, 0, 0, new byte[8])), 0);
    private static readonly TopicIdPartition Later = new(new TopicId(new Guid(2, 0, 0, new byte[8])), 0);

    private readonly LogOpening _opening = new(parallelism: 2);

    [Test]
    public void A_topic_made_again_waits_while_its_former_log_is_being_opened()
    {
        _opening.Want(Former, Name);
        Assert.That(Next(), Is.EqualTo(Former));
        _opening.Forget(Former);
        _opening.Want(Later, Name);
        Assert.That(Next(), Is.Null);

        _opening.Done(Former);

        Assert.That(Next(), Is.EqualTo(Later));
    }

    [Test]
    public void A_topic_made_again_waits_while_its_former_log_is_being_deleted()
    {
        _opening.Want(Former, Name);
        Assert.That(Next(), Is.EqualTo(Former));
        _opening.Want(Later, Name);
        _opening.Done(Former);
        _opening.HoldBack(Name);
        Assert.That(Next(), Is.Null);

        _opening.LetGo(Name);

        Assert.That(Next(), Is.EqualTo(Later));
    }

    [Test]
    public void So_many_are_opened_at_a_time()
    {
        foreach (int partition in Enumerable.Range(0, 3))
            _opening.Want(new TopicIdPartition(Former.TopicId, partition), new TopicPartition("life", partition));

        int?[] taken = [Next()?.Partition, Next()?.Partition, Next()?.Partition];
        Assert.That(taken, Is.EqualTo(new int?[] { 0, 1, null }));
        Assert.That(_opening.IsIdle, Is.False);
    }

    private TopicIdPartition? Next() => _opening.TryTakeNext(out TopicIdPartition id, out _) ? id : null;
}
