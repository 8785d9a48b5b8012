using System.Globalization;
using System.Text;
using Confluent.Kafka;
using KafkaActors.TestKit;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>Every client alone: two members share a topic, and the next one starts where they stopped.</summary>
[Category("Interop")]
internal sealed class ResumeTests
{
    private const int Partitions = 4;
    private const int Records = 200;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private static IReadOnlyList<MemberKind> Kinds => MemberKind.All;

    [TestCaseSource(nameof(Kinds))]
    [CancelAfter(120_000)]
    public async Task Members_share_a_topic_and_the_next_one_starts_at_their_commits(object kind)
    {
        var client = (MemberKind)kind;
        await client.RequireAsync();
        string name = $"resume-{MemberKind.All.ToList().IndexOf(client)}";
        await using GroupScene scene = await GroupScene.CreateAsync(GroupSuite.Node, name, Partitions);
        IGroupMember first = scene.Join(each => client.Start(each, $"{name}-first"));
        IGroupMember second = scene.Join(each => client.Start(each, $"{name}-second"));
        await scene.AwaitAssignedAsync(first, second);
        Assert.That(await scene.AssignedAsync(first), Has.Length.EqualTo(Partitions / 2));
        // A fetch under way when a member lost the partition may still bring it something: one record each goes first.
        await ProduceAsync(scene, 0..Partitions);
        await Eventually.True(() => scene.Log.HasSeenAll(0, Partitions), "a record of each partition", Timeout);
        await ProduceAsync(scene, Partitions..Records);
        await Eventually.True(() => scene.Log.HasSeenAll(0, Records), "all records", Timeout);
        Assert.That(scene.Log.NotSeenOnce(Partitions, Records), Is.Empty);

        await first.LeaveAsync();
        await scene.AwaitAssignedAsync(second);
        await second.LeaveAsync();
        Assert.That((await scene.CommittedAsync()).Values, Is.All.EqualTo(Records / Partitions));
        await ProduceAsync(scene, Records..(2 * Records));
        IGroupMember next = scene.Join(each => client.Start(each, $"{name}-next"));
        await scene.AwaitAssignedAsync(next);
        await Eventually.True(() => scene.Log.HasSeenAll(Records, 2 * Records), "the rest", Timeout);

        Assert.That(scene.Log.NotSeenOnce(Partitions, 2 * Records), Is.Empty, "neither seen again nor skipped");
        await next.LeaveAsync();
        Assert.That((await scene.CommittedAsync()).Values, Is.All.EqualTo(2 * Records / Partitions));
    }

    private static async Task ProduceAsync(GroupScene scene, Range numbers)
    {
        (int from, int count) = numbers.GetOffsetAndLength(int.MaxValue);
        ProducerConfig config = new() { BootstrapServers = scene.Bootstrap };
        using IProducer<byte[]?, byte[]?> producer = new ProducerBuilder<byte[]?, byte[]?>(config).Build();
        await Task.WhenAll(Enumerable.Range(from, count).Select(number => producer.ProduceAsync(
            new TopicPartition(scene.Topic, number % Partitions),
            new() { Value = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)) })));
    }
}
