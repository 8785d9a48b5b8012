using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;

namespace KafkaActors.Coordination.Tests.Causes;

public sealed class CauseRingTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    [Test]
    public void A_ring_keeps_the_newest_causes_in_order()
    {
        var ring = new CauseRing(3);
        for (int i = 0; i < 5; i++) ring.Record(Fenced(i), At.AddSeconds(i));
        ImmutableArray<RecordedCause> kept = ring.Snapshot();
        Assert.That(kept.Select(cause => cause.Sequence), Is.EqualTo(new long[] { 2, 3, 4 }));
        Assert.That(
            kept.Select(cause => cause.Cause.Subject), Is.EqualTo(new[] { "broker 2", "broker 3", "broker 4" }));
        Assert.That(kept[0].At, Is.EqualTo(At.AddSeconds(2)));
    }

    [Test]
    public void A_copy_does_not_change_with_the_ring()
    {
        var ring = new CauseRing(2);
        ring.Record(Fenced(1), At);
        ImmutableArray<RecordedCause> copy = ring.Snapshot();
        ring.Record([Fenced(2), Fenced(3)], At);
        Assert.That(copy.Select(cause => cause.Cause.Subject), Is.EqualTo(new[] { "broker 1" }));
    }

    [Test]
    public void A_copy_taken_while_others_record_is_in_order_and_whole()
    {
        var ring = new CauseRing(64);
        Parallel.For(0, 8, worker =>
        {
            for (int i = 0; i < 500; i++)
            {
                ring.Record(Fenced(worker), At);
                ImmutableArray<RecordedCause> copy = ring.Snapshot();
                for (int next = 1; next < copy.Length; next++)
                    Assert.That(copy[next].Sequence, Is.EqualTo(copy[next - 1].Sequence + 1));
                Assert.That(copy.All(cause => cause.Cause is not null));
            }
        });
        Assert.That(ring.Snapshot()[^1].Sequence, Is.EqualTo(8 * 500 - 1));
    }

    [Test]
    public void A_cause_says_its_kind_subject_and_numbers()
    {
        Cause cause = Cause.Of(CauseKind.BrokersFenced, "broker 3", ("broker epoch", 17), ("silent ms", 2510));
        Assert.That(cause.ToString(), Is.EqualTo("BrokersFenced broker 3: broker epoch 17, silent ms 2510"));
        Assert.That((cause["silent ms"], cause["partitions"]), Is.EqualTo(((long?)2510, (long?)null)));
    }

    private static Cause Fenced(int broker) => Cause.Of(CauseKind.BrokersFenced, $"broker {broker}");
}
