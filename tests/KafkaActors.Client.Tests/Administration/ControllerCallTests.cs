using KafkaActors.Client.Administration;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests.Administration;

/// <summary>Changes go to the node that the metadata names as controller, wherever the client first turned.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class ControllerCallTests
{
    [Test]
    public async Task A_topic_is_created_by_the_controller(CancellationToken timeout)
    {
        var cluster = new FakeCluster { Controller = new NodeId(2) };
        await using FakeNode contact = FakeNode.Start(cluster, node: 1);
        await using FakeNode controller = FakeNode.Start(cluster, node: 2);
        await using KafkaActorsClient client = await TestClient.StartAsync(contact, timeout);
        Assert.That((await CreateAsync(client, timeout)).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(cluster.AdminRequests, Is.EqualTo(new[] { new NodeId(2) }));
    }

    [Test]
    public async Task A_controller_that_has_moved_is_found_again(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        await using FakeNode first = FakeNode.Start(cluster, node: 1);
        await using FakeNode second = FakeNode.Start(cluster, node: 2);
        await using KafkaActorsClient client = await TestClient.StartAsync(first, timeout);
        await client.Admin.CreateTopicsAsync([], cancellationToken: timeout);
        cluster.Controller = new NodeId(2);
        Assert.That((await CreateAsync(client, timeout)).Error, Is.EqualTo(ErrorCode.None));
        Assert.That(cluster.AdminRequests.First(), Is.EqualTo(new NodeId(1)));
        Assert.That(cluster.AdminRequests.Last(), Is.EqualTo(new NodeId(2)));
    }

    [Test]
    public async Task Without_a_controller_any_node_is_asked(CancellationToken timeout)
    {
        var cluster = new FakeCluster { Controller = NodeId.None };
        await using FakeNode node = FakeNode.Start(cluster, node: 1);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        Assert.That((await CreateAsync(client, timeout)).Error, Is.EqualTo(ErrorCode.None));
    }

    [Test]
    public async Task An_error_that_stands_is_told_and_nothing_is_repeated(CancellationToken timeout)
    {
        var cluster = new FakeCluster();
        await using FakeNode node = FakeNode.Start(cluster, node: 1);
        await using KafkaActorsClient client = await TestClient.StartAsync(node, timeout);
        cluster.AdminErrors.Enqueue(ErrorCode.RequestTimedOut);
        Assert.That((await CreateAsync(client, timeout)).Error, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(cluster.AdminRequests, Has.Count.EqualTo(1));
    }

    private static async Task<TopicResult> CreateAsync(KafkaActorsClient client, CancellationToken timeout)
    {
        var topic = new NewTopic("n", 1, 1, [], new Dictionary<string, string>());
        return (await client.Admin.CreateTopicsAsync([topic], cancellationToken: timeout)).Single();
    }
}
