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
    // Akka.NET makes members in its cluster daemon alone.
    private static readonly MethodInfo Create = typeof(Member).GetMethod(
        nameof(Create),
        BindingFlags.NonPublic | BindingFlags.Static,
        [typeof(UniqueAddress), typeof(ImmutableHashSet<string>), typeof(AppVersion)])!;

    [Test]
    public void A_voter_that_comes_back_while_another_is_lost_counts_as_one_that_stays()
    {
        var seen = new SeenMembers();
        Member lost = Joining(1);
        seen.Apply(new ClusterEvent.MemberUp(lost.Copy(MemberStatus.Up)));
        seen.Apply(new ClusterEvent.MemberJoined(Joining(3)));
        seen.Apply(new ClusterEvent.UnreachableMember(lost));
        Assert.That(seen.All(), Is.EquivalentTo(new[]
        {
            new SeenMember(SeenMembers.PeerOf(lost), IsReachable: false, IsStaying: true, IsUp: true),
            new SeenMember(SeenMembers.PeerOf(Joining(3)), IsReachable: true, IsStaying: true, IsUp: false),
        }));
    }

    [Test]
    public void A_member_on_its_way_out_does_not_stay()
    {
        var seen = new SeenMembers();
        Member leaving = Joining(2).Copy(MemberStatus.Up).Copy(MemberStatus.Leaving);
        seen.Apply(new ClusterEvent.MemberLeft(leaving));
        Assert.That(seen.All().Single().IsStaying, Is.True);
        seen.Apply(new ClusterEvent.MemberExited(leaving.Copy(MemberStatus.Exiting)));
        Assert.That(seen.All().Single().IsStaying, Is.False);
    }

    [TestCase("node-7", 7)]
    [TestCase("node-x", -1)]
    [TestCase("voter", -1)]
    public void A_member_tells_its_node_id_by_a_role(string role, int node) =>
        Assert.That(SeenMembers.NodeOf(["broker", role]), Is.EqualTo(new NodeId(node)));

    private static Member Joining(int node)
    {
        var address = new Address("akka.tcp", "kafka-actors", "127.0.0.1", 4053 + node);
        ImmutableHashSet<string> roles = [$"node-{node}", "voter"];
        return (Member)Create.Invoke(null, [new UniqueAddress(address, node), roles, AppVersion.Zero])!;
    }
}
