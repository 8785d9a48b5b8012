using System.Collections.Immutable;
using System.Reflection;
using Akka.Actor;
using Akka.Cluster;
using Akka.Util;
using KafkaActors.Broker.Downing;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Downing;

public sealed class SeenMembersTests
{
    private static readonly HashSet<NodeId> Voters = [new(1), new(2), new(3)];

    // Akka.NET makes members in its cluster daemon alone.
    private static readonly MethodInfo Create = typeof(Member).GetMethod(
        nameof(Create),
        BindingFlags.NonPublic | BindingFlags.Static,
        [typeof(UniqueAddress), typeof(ImmutableHashSet<string>), typeof(AppVersion)])!;

    [Test]
    public void A_voter_that_comes_back_while_another_is_lost_makes_the_majority()
    {
        var seen = new SeenMembers();
        Member lost = Joining(1);
        seen.Apply(new ClusterEvent.MemberUp(lost.Copy(MemberStatus.Up)));
        seen.Apply(new ClusterEvent.MemberUp(Joining(2).Copy(MemberStatus.Up)));
        seen.Apply(new ClusterEvent.MemberJoined(Joining(3)));
        seen.Apply(new ClusterEvent.UnreachableMember(lost));

        Assert.That(VoterMajority.Decide(Voters, seen.Seen()), Is.EqualTo(DowningDecision.DownUnreachable));
        Assert.That(seen.Unreachable(), Is.EqualTo(new[] { lost.Address }));
    }

    [Test]
    public void A_member_that_is_out_has_no_say()
    {
        var seen = new SeenMembers();
        Member leaving = Joining(2).Copy(MemberStatus.Up).Copy(MemberStatus.Leaving);
        seen.Apply(new ClusterEvent.MemberUp(Joining(1).Copy(MemberStatus.Up)));
        seen.Apply(new ClusterEvent.MemberLeft(leaving));
        Assert.That(seen.Seen(), Has.Count.EqualTo(2));
        seen.Apply(new ClusterEvent.MemberExited(leaving.Copy(MemberStatus.Exiting)));
        Assert.That(seen.Seen(), Is.EqualTo(new[] { new SeenMember(new NodeId(1), IsReachable: true) }));
    }

    private static Member Joining(int node)
    {
        var address = new Address("akka.tcp", "kafka-actors", "127.0.0.1", 4053 + node);
        ImmutableHashSet<string> roles = [$"node-{node}", "voter"];
        return (Member)Create.Invoke(null, [new UniqueAddress(address, node), roles, AppVersion.Zero])!;
    }
}
