using KafkaActors.Coordination.Coordinators;
using static KafkaActors.Coordination.Coordinators.CoordinatedPartitionState;

namespace KafkaActors.Coordination.Tests.Coordinators;

public sealed class CoordinatedPartitionTests
{
    private CoordinatedPartition _partition = null!;

    [SetUp]
    public void Begin() => _partition = new CoordinatedPartition();

    [Test]
    public void A_partition_is_fenced_then_read_then_served()
    {
        Assert.That((_partition.State, _partition.NeedsReading), Is.EqualTo((Fencing, true)));
        _partition.Begin(1);
        Assert.That((_partition.State, _partition.NeedsReading), Is.EqualTo((Fencing, false)));
        _partition.Fenced();
        Assert.That((_partition.State, _partition.Serves("k")), Is.EqualTo((Loading, false)));
        _partition.Read();
        Assert.That((_partition.State, _partition.Serves("k")), Is.EqualTo((Serving, true)));
    }

    [Test]
    public void What_fails_before_it_serves_is_tried_again_after_a_pause()
    {
        _partition.Begin(1);
        _partition.AttemptFailed(null);
        Assert.That((_partition.State, _partition.NeedsReading), Is.EqualTo((Fencing, false)), "it passes by itself");
        _partition.Resume();
        Assert.That(_partition.NeedsReading, Is.True);
        _partition.Begin(2);
        _partition.Fenced();
        _partition.AttemptFailed("offline");
        Assert.That((_partition.State, _partition.Fault), Is.EqualTo((Failed, "offline")));
        _partition.Resume();
        _partition.Begin(3);
        Assert.That((_partition.State, _partition.Fault), Is.EqualTo((Fencing, "offline")), "until it is read");
        _partition.Fenced();
        _partition.Read();
        Assert.That((_partition.State, _partition.Fault), Is.EqualTo((Serving, (string?)null)));
    }

    [Test]
    public void A_fence_whose_answer_is_lost_is_appended_again_at_once()
    {
        _partition.Begin(1);
        _partition.AttemptLost();
        Assert.That((_partition.State, _partition.Attempt, _partition.NeedsReading), Is.EqualTo((Fencing, 0L, true)));
    }

    [Test]
    public void A_key_that_failed_is_read_by_an_attempt_that_began_after_that_and_no_other_key_notices()
    {
        Load();
        _partition.KeyFailed("a");
        Assert.That((_partition.Serves("a"), _partition.Serves("b"), _partition.NeedsReading),
            Is.EqualTo((false, true, false)), "not without a pause");
        _partition.Resume();
        _partition.Begin(2);
        _partition.KeyFailed("c");
        _partition.Fenced();
        Assert.That((_partition.State, _partition.Serves("b")), Is.EqualTo((Serving, true)));
        Assert.That(_partition.InAttempt, Is.EquivalentTo(new[] { "a" }));
        _partition.Read();
        Assert.That((_partition.Serves("a"), _partition.Serves("c")), Is.EqualTo((true, false)));
        Assert.That(_partition.FailedKeys, Is.EquivalentTo(new[] { "c" }));
    }

    [Test]
    public void A_key_that_cannot_be_read_again_leaves_the_others_served()
    {
        Load();
        _partition.KeyFailed("a");
        _partition.Resume();
        _partition.Begin(2);
        _partition.Fenced();
        _partition.AttemptFailed("offline");
        Assert.That((_partition.State, _partition.Serves("a"), _partition.Serves("b")),
            Is.EqualTo((Serving, false, true)));
    }

    private void Load()
    {
        _partition.Begin(1);
        _partition.Fenced();
        _partition.Read();
    }
}
