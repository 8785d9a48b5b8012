using KafkaActors.Interop.Tests.Harness;
using KafkaActors.TestKit;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>Members of four different clients in one group, under load.</summary>
[Category("Interop")]
internal sealed class MixedGroupTests
{
    private const int Partitions = 8;

    [OneTimeSetUp]
    public async Task Require()
    {
        await ClientProgram.Kcat.RequireAsync();
        await ClientProgram.Kafkajs.RequireAsync();
    }

    [Test]
    [CancelAfter(180_000)]
    public async Task Four_clients_share_the_partitions_while_members_die_and_come()
    {
        await using GroupScene scene = await GroupScene.CreateAsync(GroupSuite.Node, "mixed", Partitions);
        await using NumberedLoad load = scene.StartLoad();
        IGroupMember kcat = scene.Join(each => ProcessMember.Kcat("kcat-1", each));
        IGroupMember confluent = scene.Join(each => new ConfluentMember("confluent-1", each));
        IGroupMember kafkajs = scene.Join(each => ProcessMember.Kafkajs("kafkajs-1", each));
        IGroupMember console = scene.Join(each => ProcessMember.Console("console-1", each));
        await scene.AwaitAssignedAsync(kcat, confluent, kafkajs, console);
        await scene.AssertSeenOnceAsync(load);

        await kcat.KillAsync();
        await kafkajs.KillAsync();
        await scene.AwaitAssignedAsync(confluent, console);
        await scene.AssertSeenOnceAsync(load);

        IGroupMember secondKafkajs = scene.Join(each => ProcessMember.Kafkajs("kafkajs-2", each));
        IGroupMember secondKcat = scene.Join(each => ProcessMember.Kcat("kcat-2", each));
        await scene.AwaitAssignedAsync(confluent, console, secondKafkajs, secondKcat);
        await scene.AssertSeenOnceAsync(load);

        await confluent.KillAsync();
        await console.KillAsync();
        await scene.AwaitAssignedAsync(secondKafkajs, secondKcat);
        await scene.AssertSeenOnceAsync(load);

        await secondKafkajs.LeaveAsync();
        IGroupMember secondConsole = scene.Join(each => ProcessMember.Console("console-2", each));
        await scene.AwaitAssignedAsync(secondKcat, secondConsole);
        await scene.AssertSeenOnceAsync(load);
        await scene.AssertCompleteAsync(load);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task A_member_with_no_assigner_in_common_is_refused_and_disturbs_nobody()
    {
        await using GroupScene scene = await GroupScene.CreateAsync(GroupSuite.Node, "inconsistent", Partitions);
        await using NumberedLoad load = scene.StartLoad();
        IGroupMember kcat = scene.Join(each => ProcessMember.Kcat("kcat-1", each));
        IGroupMember confluent = scene.Join(each => new ConfluentMember("confluent-1", each));
        await scene.AwaitAssignedAsync(kcat, confluent);
        int rebalances = scene.Log.RebalancesOf("confluent-1").Count;

        scene.Join(each => ProcessMember.Kafkajs("kafkajs-1", each, "default"));
        await Eventually.That(
            () => scene.Log.Crashes, Is.EqualTo(new[] { ("kafkajs-1", "INCONSISTENT_GROUP_PROTOCOL") }));

        await scene.AwaitAssignedAsync(kcat, confluent);
        await scene.AssertSeenOnceAsync(load);
        Assert.That(scene.Log.RebalancesOf("confluent-1"), Has.Count.EqualTo(rebalances));
        await scene.AssertCompleteAsync(load);
    }

    [Test]
    [CancelAfter(60_000)]
    public async Task Two_groups_on_one_topic_each_see_every_record()
    {
        await using GroupScene one = await GroupScene.CreateAsync(GroupSuite.Node, "two-groups", Partitions);
        await using GroupScene other = one.Beside(GroupSuite.Node, "two-groups-other");
        await using NumberedLoad load = one.StartLoad();
        IGroupMember[] ones =
        [
            one.Join(each => ProcessMember.Kcat("kcat-1", each)),
            one.Join(each => new ConfluentMember("confluent-1", each)),
        ];
        IGroupMember[] others =
        [
            other.Join(each => ProcessMember.Kcat("kcat-2", each)),
            other.Join(each => ProcessMember.Kafkajs("kafkajs-2", each)),
        ];
        await one.AwaitAssignedAsync(ones);
        await other.AwaitAssignedAsync(others);

        await one.AssertSeenOnceAsync(load);
        await other.AssertSeenOnceAsync(load);
        await one.AssertCompleteAsync(load);
        await other.AssertSeenAllAsync(load);
    }
}
