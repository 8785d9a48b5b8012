using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Coordination.Tests.Groups;

/// <summary>
/// Members that behave at random, and a coordinator that is replaced at random. Whatever happens, every request is
/// answered once, an assignment is only told in the generation it was made for and behind its record, member ids are
/// unique, and the log gives the group as it was when it was last written.
/// </summary>
public sealed class GroupReplayTests
{
    private const int Steps = 600;

    [Test]
    public void A_random_life_keeps_every_promise([Range(1, 30)] int seed)
    {
        TestContext.Out.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var life = new RandomGroupLife(random, seed);
        for (int step = 0; step < Steps; step++)
        {
            life.Step();
            AssertIsWrittenState(life.Group);
        }

        life.End();
        Assert.That(life.Unanswered, Is.Empty);
        Assert.That(life.AssignmentCount, Is.GreaterThan(10), "the life was not too dull");
    }

    /// <summary>In these states only deadlines and requests that wait are newer than the log.</summary>
    private static void AssertIsWrittenState(GroupScene group)
    {
        DescribeGroupsResponse.DescribedGroup live = group.Describe();
        GroupCore loaded = group.Loaded();
        var copy = new GroupScene();
        copy.Adopt(loaded);
        Assert.That(copy.Committed(), Is.EqualTo(group.Committed()));
        Assert.That(live.Members.Select(member => member.MemberId), Is.Unique);
        if (live.GroupState is not ("Stable" or "Empty")) return;
        DescribeGroupsResponse.DescribedGroup told = copy.Describe();
        Assert.That(Text(told), Is.EqualTo(Text(live)));
    }

    private static string Text(DescribeGroupsResponse.DescribedGroup group) =>
        $"{(group.GroupState == "Dead" ? "Empty" : group.GroupState)} {group.ProtocolData} " + string.Join(
            ", ",
            group.Members.Select(member => $"{member.MemberId}/{member.GroupInstanceId} {member.ClientId} "
                + $"{Convert.ToHexString(member.MemberMetadata.Span)} {Requests.Text(member.MemberAssignment)}"));
}
