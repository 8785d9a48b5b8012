using KafkaActors.Coordination.Groups.Consumers;
using static KafkaActors.Coordination.Groups.Consumers.MemberState;
using static KafkaActors.Coordination.Tests.Groups.Consumers.ConsumerGroupFixture;

namespace KafkaActors.Coordination.Tests.Groups.Consumers;

/// <summary>Every state of a member, with each thing that can be asked of it. The target's epoch is 9.</summary>
public sealed class ReconciliationTests
{
    private const int TargetEpoch = 9;

    [Test]
    public void A_member_that_has_its_target_at_its_epoch_stays_as_it_is()
    {
        CurrentAssignment current = Current(9, Stable, assigned: [0, 1]);
        Assert.That(Next(current, target: [0, 1]), Is.SameAs(current));
    }

    [Test]
    public void A_member_whose_target_did_not_change_gets_the_epoch_at_once() => Assert.That(
        Next(Current(7, Stable, assigned: [0, 1]), target: [0, 1]),
        Is.EqualTo(Current(9, Stable, assigned: [0, 1], previous: 7)));

    [Test]
    public void A_member_gets_what_is_free_at_once() => Assert.That(
        Next(Current(7, Stable, assigned: [0]), target: [0, 1]),
        Is.EqualTo(Current(9, Stable, assigned: [0, 1], previous: 7)));

    [Test]
    public void A_member_waits_at_the_new_epoch_for_what_others_hold() => Assert.That(
        Next(Current(7, Stable, assigned: [0]), target: [0, 1, 2], heldByOthers: [2]),
        Is.EqualTo(Current(9, UnreleasedPartitions, assigned: [0, 1], previous: 7)));

    [Test]
    public void A_member_keeps_its_epoch_while_it_has_to_give_up() => Assert.That(
        Next(Current(7, Stable, assigned: [0, 1]), target: [1, 2]),
        Is.EqualTo(Current(7, UnrevokedPartitions, assigned: [1], pending: [0])));

    [Test]
    public void A_member_that_says_it_gave_up_already_need_not_be_asked() => Assert.That(
        Next(Current(7, Stable, assigned: [0, 1]), target: [1, 2], owned: [1]),
        Is.EqualTo(Current(9, Stable, assigned: [1, 2], previous: 7)));

    [Test]
    public void A_member_that_does_not_say_what_it_owns_has_not_given_up()
    {
        CurrentAssignment current = Current(7, UnrevokedPartitions, assigned: [1], pending: [0]);
        Assert.That(Next(current, target: [1, 2]), Is.SameAs(current));
        Assert.That(Next(current, target: [1, 2], owned: [0, 1]), Is.SameAs(current));
    }

    [Test]
    public void A_member_that_gave_up_comes_to_its_target() => Assert.That(
        Next(Current(7, UnrevokedPartitions, assigned: [1], pending: [0]), target: [1, 2], owned: [1]),
        Is.EqualTo(Current(9, Stable, assigned: [1, 2], previous: 7)));

    [Test]
    public void A_member_whose_target_changed_while_it_gave_up_gives_up_more_at_one_epoch_on() => Assert.That(
        Next(Current(7, UnrevokedPartitions, assigned: [1, 3], pending: [0]), target: [1, 2], owned: [1, 3]),
        Is.EqualTo(Current(8, UnrevokedPartitions, assigned: [1], pending: [3], previous: 7)));

    [Test]
    public void A_member_gets_back_what_it_gave_up_when_its_target_has_it_again() => Assert.That(
        Next(Current(7, UnrevokedPartitions, assigned: [1], pending: [0]), target: [0, 1], owned: [1]),
        Is.EqualTo(Current(9, Stable, assigned: [0, 1], previous: 7)));

    [Test]
    public void A_member_that_waits_gets_what_was_released_and_keeps_its_previous_epoch()
    {
        CurrentAssignment current = Current(9, UnreleasedPartitions, assigned: [0], previous: 7);
        Assert.That(
            Next(current, target: [0, 1, 2], heldByOthers: [2]),
            Is.EqualTo(Current(9, UnreleasedPartitions, assigned: [0, 1], previous: 7)));
        Assert.That(
            Next(current, target: [0, 1]), Is.EqualTo(Current(9, Stable, assigned: [0, 1], previous: 7)));
        Assert.That(Next(current, target: [0, 1], heldByOthers: [1]), Is.EqualTo(current));
    }

    [Test]
    public void A_member_that_waits_gives_up_first_when_its_target_changes() => Assert.That(
        Next(Current(8, UnreleasedPartitions, assigned: [0], previous: 7), target: [1]),
        Is.EqualTo(Current(8, UnrevokedPartitions, assigned: [], pending: [0], previous: 7)));

    [Test]
    public void A_member_of_unknown_state_starts_over() => Assert.That(
        Next(Current(8, Unknown, assigned: [0]), target: [1], owned: []),
        Is.EqualTo(Current(9, Stable, assigned: [1], previous: 8)));

    private static CurrentAssignment Next(
        CurrentAssignment current, int[] target, int[]? heldByOthers = null, int[]? owned = null) => new Reconciliation(
            TargetEpoch,
            PartitionsOf(1, target),
            partition => !(heldByOthers ?? []).Contains(partition.Partition),
            owned is null ? null : PartitionsOf(1, owned))
        .Next(current);

    private static CurrentAssignment Current(
        int epoch, MemberState state, int[] assigned, int[]? pending = null, int? previous = null) =>
        new(epoch, previous ?? -1, state, PartitionsOf(1, assigned), PartitionsOf(1, pending ?? []));
}
