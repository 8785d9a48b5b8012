using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>The node goes away and comes back while members commit.</summary>
[Category("Interop")]
internal sealed class NodeFaultTests
{
    private const int Partitions = 8;
    private const int Faults = 3;

    [TestCase(true)]
    [TestCase(false)]
    [CancelAfter(240_000)]
    public async Task No_acknowledged_commit_is_lost_and_members_go_on_by_themselves(bool isKilled)
    {
        await ClientProgram.Kafkajs.RequireAsync();
        await using KafkaNode node = await KafkaNode.StartAsync(GroupSuite.Settings);
        await using GroupScene classic = await GroupScene.CreateAsync(node, "faults", Partitions);
        await using GroupScene consumer = classic.Beside(node, "faults-consumer");
        await using NumberedLoad load = classic.StartLoad();
        IGroupMember[] classics =
        [
            classic.Join(each => new ConfluentMember("classic-1", each)),
            classic.Join(each => ProcessMember.Kafkajs("classic-2", each)),
        ];
        IGroupMember[] consumers =
        [
            consumer.Join(each => new ConfluentMember("consumer-1", each, Variants.Consumer())),
            consumer.Join(each => new ConfluentMember("consumer-2", each, Variants.Consumer())),
        ];

        for (int fault = 0; fault < Faults; fault++)
        {
            await classic.AwaitAssignedAsync(classics);
            await consumer.AwaitAssignedAsync(consumers);
            await classic.AwaitSteadyAsync(load);
            await consumer.AwaitSteadyAsync(load);
            await node.RestartAsync(isKilled);
        }

        await classic.AwaitAssignedAsync(classics);
        await consumer.AwaitAssignedAsync(consumers);
        await classic.AwaitSteadyAsync(load);
        // With everybody away at once, nobody's later commit hides that an earlier one was lost.
        foreach (IGroupMember member in (IGroupMember[])[.. classics, .. consumers]) await member.KillAsync();
        await node.RestartAsync(isKilled);
        await AssertCommitsKeptAsync(classic);
        await AssertCommitsKeptAsync(consumer);

        IGroupMember next = classic.Join(each => new ConfluentMember("classic-3", each));
        IGroupMember other = consumer.Join(each => new ConfluentMember("consumer-3", each, Variants.Consumer()));
        await classic.AwaitAssignedAsync(next);
        await consumer.AwaitAssignedAsync(other);
        await classic.AssertCompleteAsync(load);
        await consumer.AssertSeenAllAsync(load);
    }

    private static async Task AssertCommitsKeptAsync(GroupScene scene)
    {
        IReadOnlyDictionary<int, long> kept = await scene.CommittedAsync();
        Assert.That(scene.Log.Committed, Is.Not.Empty);
        foreach ((int partition, long offset) in scene.Log.Committed)
            Assert.That(kept.GetValueOrDefault(partition), Is.GreaterThanOrEqualTo(offset), $"partition {partition}");
    }
}
