using Confluent.Kafka;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>
/// A rolling upgrade: members of the classic protocol are restarted with the consumer protocol, one by one and under
/// load, and then taken back.
/// </summary>
[Category("Interop")]
internal sealed class MigrationTests
{
    private const int Partitions = 8;
    private const int Members = 4;

    private static IEnumerable<TestCaseData> ClassicAssignors =>
    [
        Variants.Case(Variants.Classic, "range"),
        Variants.Case(Variants.Cooperative, "cooperative-sticky"),
    ];

    [TestCaseSource(nameof(ClassicAssignors))]
    [CancelAfter(240_000)]
    public async Task Members_go_over_to_the_consumer_protocol_and_back_one_by_one(Func<ConsumerConfig> classic)
    {
        string name = $"migration-{classic().PartitionAssignmentStrategy ?? PartitionAssignmentStrategy.Range}";
        await using GroupScene scene = await GroupScene.CreateAsync(GroupSuite.Node, name, Partitions);
        await using NumberedLoad load = scene.StartLoad();
        List<IGroupMember> members = [.. Enumerable.Range(1, Members).Select(number =>
            scene.Join(each => new ConfluentMember($"{name}-{number}-old", each, classic())))];
        await scene.AwaitAssignedAsync(members);
        await scene.AssertSeenOnceAsync(load);

        for (int number = 1; number <= Members; number++) await RestartAsync($"{name}-{number}-new", Variants.Consumer);
        for (int number = 1; number <= Members; number++) await RestartAsync($"{name}-{number}-back", classic);
        await scene.AssertCompleteAsync(load);

        async Task RestartAsync(string newName, Func<ConsumerConfig> variant)
        {
            await members[0].LeaveAsync();
            members.RemoveAt(0);
            members.Add(scene.Join(each => new ConfluentMember(newName, each, variant())));
            await scene.AwaitAssignedAsync(members);
            await scene.AssertSeenOnceAsync(load);
        }
    }
}
