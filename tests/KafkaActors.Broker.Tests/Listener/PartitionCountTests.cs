using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>
/// Numbers of partitions and assignments that no cluster could take are refused before anything is made.
/// </summary>
public sealed class PartitionCountTests : ListenerTest
{
    // What the whole process allocates meanwhile; two billion partitions would take a hundred gigabytes.
    private const long MostAllocatedBytes = 200_000_000;

    [TestCase(int.MaxValue, ErrorCode.PolicyViolation)]
    [TestCase(int.MaxValue - 1, ErrorCode.PolicyViolation)]
    [TestCase(0, ErrorCode.InvalidPartitions)]
    [TestCase(-2, ErrorCode.InvalidPartitions)]
    [TestCase(int.MinValue, ErrorCode.InvalidPartitions)]
    public async Task Topics_that_are_checked_together_are_refused_at_once(int partitions, ErrorCode expected)
    {
        long before = GC.GetTotalAllocatedBytes();
        var response = await Client.AskAsync<CreateTopicsResponse>(
            new CreateTopicsRequest
            {
                ValidateOnly = true,
                Topics =
                [
                    new() { Name = $"{Topic}-a", NumPartitions = 1, ReplicationFactor = 1 },
                    new() { Name = $"{Topic}-b", NumPartitions = partitions, ReplicationFactor = 1 },
                ],
            },
            4);
        Assert.That(
            response.Topics.ToDictionary(row => row.Name, row => row.ErrorCode)[$"{Topic}-b"], Is.EqualTo(expected));
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(MostAllocatedBytes));
    }

    [TestCase(int.MaxValue, ErrorCode.PolicyViolation)]
    [TestCase(-1, ErrorCode.InvalidPartitions)]
    [TestCase(int.MinValue, ErrorCode.InvalidPartitions)]
    public async Task Partitions_that_are_added_together_are_refused_at_once(int partitions, ErrorCode expected)
    {
        (string other, _) = await ListenerNode.CreateTopicAsync(Client);
        long before = GC.GetTotalAllocatedBytes();
        var response = await Client.AskAsync<CreatePartitionsResponse>(
            new CreatePartitionsRequest
            {
                ValidateOnly = true,
                Topics = [new() { Name = Topic, Count = 4 }, new() { Name = other, Count = partitions }],
            },
            1);
        Assert.That(
            response.Results.ToDictionary(row => row.Name, row => row.ErrorCode)[other], Is.EqualTo(expected));
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(MostAllocatedBytes));
    }

    [Test]
    public async Task A_wrong_assignment_is_told_with_the_partition_that_it_is_for()
    {
        (string topic, _) = await ListenerNode.CreateTopicAsync(Client, partitions: 4);
        var response = await Client.AskAsync<CreatePartitionsResponse>(new CreatePartitionsRequest
        {
            Topics = [new() { Name = topic, Count = 5, Assignments = [new() { BrokerIds = [new NodeId(99)] }] }],
        });
        Assert.That(response.Results[0].ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicaAssignment));
        Assert.That(response.Results[0].ErrorMessage, Does.Contain("artition 4 ").And.Contain("99"));
    }

    [Test]
    public async Task An_assignment_of_nothing_assigns_no_partition()
    {
        var response = await Client.AskAsync<CreatePartitionsResponse>(new CreatePartitionsRequest
        {
            Topics = [new() { Name = Topic, Count = 2, Assignments = [] }],
        });
        Assert.That(response.Results[0].ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicaAssignment));
    }

    [Test]
    public async Task An_assignment_of_very_many_replicas_is_refused()
    {
        NodeId[] replicas = [.. Enumerable.Repeat(new NodeId(1), 500_000)];
        var response = await Client.AskAsync<CreateTopicsResponse>(new CreateTopicsRequest
        {
            Topics =
            [
                new()
                {
                    Name = $"{Topic}-a",
                    NumPartitions = -1,
                    ReplicationFactor = -1,
                    Assignments = [new() { BrokerIds = replicas }],
                },
            ],
        });
        Assert.That(response.Topics[0].ErrorCode, Is.EqualTo(ErrorCode.InvalidReplicaAssignment));
        Assert.That(response.Topics[0].ErrorMessage, Does.Contain("twice"));
    }
}
