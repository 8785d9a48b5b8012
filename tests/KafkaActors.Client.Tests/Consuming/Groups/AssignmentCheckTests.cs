using KafkaActors.Client.Consuming.Groups.Assignors;
using static KafkaActors.Client.Tests.Consuming.Groups.Members;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>What a leader refuses to tell its group, whatever assignor has decided it.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class AssignmentCheckTests
{
    private static readonly GroupMember[] Group = [Member("a", "t u", "tp0", 1), Member("b", "t")];

    [TestCase("a: tp0 up0 | b: tp1", null)]
    [TestCase("a: tp0", null)]
    [TestCase("a: tp0 | b: tp0", "t-0 is assigned to a and to b.")]
    [TestCase("a: tp0 tp0", "t-0 is assigned to a and to a.")]
    [TestCase("b: up0", "b does not subscribe to u.")]
    [TestCase("a: tp2", "t-2 does not exist.")]
    [TestCase("a: xp0", "x-0 does not exist.")]
    [TestCase("c: tp0", "'c' is no member of the group.")]
    [TestCase("b: tp0", null)]
    public void An_assignment_gives_members_partitions_of_their_topics_once(string assignment, string? fault) =>
        Assert.That(Fault(assignment, isCooperative: false), Is.EqualTo(fault));

    [TestCase("a: tp0 | b: tp1", null)]
    [TestCase("a: | b: tp1", null)]
    [TestCase("a: | b: tp0", "t-0 is given to another member although a still has it.")]
    public void A_cooperative_group_gives_nobody_what_another_still_has(string assignment, string? fault) =>
        Assert.That(Fault(assignment, isCooperative: true), Is.EqualTo(fault));

    private static string? Fault(string assignment, bool isCooperative)
    {
        var group = new GroupSubscription(new Dictionary<string, int> { ["t"] = 2, ["u"] = 1 }, Group);
        Dictionary<string, MemberAssignment> shares = assignment.Split(" | ").Select(share => share.Split(':'))
            .ToDictionary(share => share[0], share => new MemberAssignment(Partitions(share[1])));
        return AssignmentCheck.Fault(group, shares, isCooperative);
    }
}
