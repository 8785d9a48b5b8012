namespace KafkaActors.Interop.Tests.Groups;

/// <summary>Client actors in groups whose coordinator assigns (KIP-848), beside members of librdkafka.</summary>
[Category("Interop")]
internal sealed class ConsumerProtocolTests
{
    private const int Partitions = 8;

    [Test]
    [CancelAfter(120_000)]
    public async Task Client_actors_and_librdkafka_share_a_group_while_members_die_and_come()
    {
        await using GroupScene scene = await GroupScene.CreateAsync(GroupSuite.Node, "consumer-mixed", Partitions);
        await using NumberedLoad load = scene.StartLoad();
        IGroupMember actors = scene.Join(each => ProcessMember.Console("mixed-actors-1", each, "consumer"));
        IGroupMember more = scene.Join(each => ProcessMember.Console("mixed-actors-2", each, "consumer"));
        IGroupMember confluent = scene.Join(each => new ConfluentMember("mixed-c-1", each, Variants.Consumer()));
        await scene.AwaitAssignedAsync(actors, more, confluent);
        await scene.AssertSeenOnceAsync(load);

        await actors.KillAsync();
        await scene.AwaitAssignedAsync(more, confluent);
        await scene.AssertSeenOnceAsync(load);

        IGroupMember late = scene.Join(each => new ConfluentMember("mixed-c-2", each, Variants.Consumer()));
        await scene.AwaitAssignedAsync(more, confluent, late);
        await scene.AssertSeenOnceAsync(load);

        await more.LeaveAsync();
        await confluent.LeaveAsync();
        await scene.AwaitAssignedAsync(late);
        await scene.AssertSeenOnceAsync(load);
        await scene.AssertCompleteAsync(load);
    }

    [Test]
    [CancelAfter(120_000)]
    public async Task Client_actors_go_over_to_the_consumer_protocol_one_by_one_and_back()
    {
        await using GroupScene scene = await GroupScene.CreateAsync(GroupSuite.Node, "consumer-upgrade", Partitions);
        await using NumberedLoad load = scene.StartLoad();
        Queue<IGroupMember> members = new(Enumerable.Range(1, 2)
            .Select(number => scene.Join(each => ProcessMember.Console($"upgrade-{number}-classic", each))));
        await scene.AwaitAssignedAsync(members);
        await scene.AssertSeenOnceAsync(load);
        foreach (string protocol in new[] { "consumer", "consumer", "classic" })
        {
            await members.Dequeue().LeaveAsync();
            string name = $"upgrade-{protocol}-{Guid.NewGuid():n}";
            members.Enqueue(scene.Join(each => ProcessMember.Console(name, each, protocol)));
            await scene.AwaitAssignedAsync(members);
            await scene.AssertSeenOnceAsync(load);
        }

        await scene.AssertCompleteAsync(load);
    }
}
