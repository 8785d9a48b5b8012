using System.Collections.Immutable;
using System.Reflection;
using Akka.Actor;
using Akka.Cluster;
using Akka.Util;
using KafkaActors.Broker.Serving;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Serving;

/// <summary>Who is known to have gone before the metadata says so.</summary>
public sealed class DepartedNodesTests
{
    private static readonly MethodInfo Create = typeof(Member).GetMethod(
        nameof(Create),
        BindingFlags.Static | BindingFlags.NonPublic,
        [typeof(UniqueAddress), typeof(ImmutableHashSet<string>), typeof(AppVersion)])!;

    private ClusterEvent.CurrentClusterState _state = null!;

    [Test]
    public void A_member_that_was_downed_or_removed_has_gone_and_one_that_cannot_be_reached_has_not()
    {
        var nodes = new DepartedNodes(() => _state, Address(1));
        MetadataImage image = ImageOf(uid: 0, 1, 2, 3);
        Show([], Up(1), Up(2), Up(3));
        Assert.That(nodes.In(image), Is.Empty);
        Show([Up(2)], Up(1), Up(2), Up(3));
        Assert.That(nodes.In(image), Is.Empty, "others may reach it");
        Show([Up(2)], Up(1), Up(2).Copy(MemberStatus.Down), Up(3));
        Assert.That(nodes.In(image), Is.EquivalentTo(new[] { new NodeId(2) }));
        Show([], Up(1), Up(3));
        Assert.That(nodes.In(image), Is.EquivalentTo(new[] { new NodeId(2) }));
    }

    [Test]
    public void Another_process_at_the_address_is_not_the_one_that_has_registered()
    {
        var nodes = new DepartedNodes(() => _state, Address(1));
        Show([], Up(1), Up(2));
        Assert.That(nodes.In(ImageOf(uid: 2, 2)), Is.Empty);
        Assert.That(nodes.In(ImageOf(uid: 5, 2)), Is.EquivalentTo(new[] { new NodeId(2) }));
    }

    [Test]
    public void Who_is_in_no_cluster_himself_knows_of_nobody_that_has_gone()
    {
        var nodes = new DepartedNodes(() => _state, Address(1));
        Show([], Up(2));
        Assert.That(nodes.In(ImageOf(uid: 0, 1, 2, 3)), Is.Empty);
    }

    private void Show(Member[] unreachable, params Member[] members) => _state = new(
        [.. members],
        [.. unreachable],
        ImmutableHashSet<Address>.Empty,
        null!,
        ImmutableDictionary<string, Address>.Empty);

    private static MetadataImage ImageOf(int uid, params int[] nodes) => MetadataImage.Empty with
    {
        Brokers = nodes.ToImmutableDictionary(node => new NodeId(node), node => new BrokerImage(
            new NodeId(node), new BrokerEpoch(1), Guid.Empty, "", Address(node).Address.ToString(), BrokerRoles.Broker,
            IsFenced: false, IsInControlledShutdown: false, [], [])
        {
            AkkaUid = uid,
        }),
    };

    private static Member Up(int node) =>
        ((Member)Create.Invoke(null, [Address(node), ImmutableHashSet<string>.Empty, AppVersion.Zero])!)
        .Copy(MemberStatus.Up);

    private static UniqueAddress Address(int node) =>
        new(new Address("akka.tcp", "test", "127.0.0.1", 4000 + node), node);
}
