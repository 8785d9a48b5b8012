using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>
/// KIP-430: who asks what he may do is told every operation, as there is no authorizer. The numbers are the bits of the
/// operations that Kafka's resources support.
/// </summary>
public sealed class AuthorizedOperationsTests
{
    private const int NotAsked = int.MinValue;
    private const int Topic = 0b1101_1111_1000;
    private const int Cluster = 0b1_1111_1010_0000;

    [TestCase(true, (short)8, Topic, Cluster)]
    [TestCase(true, (short)10, Topic, Cluster)]
    [TestCase(true, (short)11, Topic, NotAsked)]
    [TestCase(true, (short)12, Topic, NotAsked)]
    [TestCase(false, (short)8, NotAsked, NotAsked)]
    [TestCase(false, (short)12, NotAsked, NotAsked)]
    public async Task Metadata_tells_them_of_topics_and_cluster(bool isAsked, short version, int topic, int cluster)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string name, _) = await ListenerNode.CreateTopicAsync(client);
        var response = await client.AskAsync<MetadataResponse>(
            new MetadataRequest
            {
                Topics = [new() { Name = name }],
                IncludeTopicAuthorizedOperations = isAsked,
                IncludeClusterAuthorizedOperations = isAsked,
            },
            version);
        Assert.That(response.Topics[0].TopicAuthorizedOperations, Is.EqualTo(topic));
        Assert.That(response.ClusterAuthorizedOperations, Is.EqualTo(cluster));
    }

    [TestCase(true, Cluster)]
    [TestCase(false, NotAsked)]
    public async Task DescribeCluster_tells_them_of_the_cluster(bool isAsked, int expected)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        var request = new DescribeClusterRequest { IncludeClusterAuthorizedOperations = isAsked };
        foreach (short version in new short[] { 0, 1 })
        {
            var response = await client.AskAsync<DescribeClusterResponse>(request, version);
            Assert.That(response.ClusterAuthorizedOperations, Is.EqualTo(expected), $"version {version}");
        }
    }

    [Test]
    public async Task DescribeTopicPartitions_always_tells_them()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string name, _) = await ListenerNode.CreateTopicAsync(client);
        var response = await client.AskAsync<DescribeTopicPartitionsResponse>(
            new DescribeTopicPartitionsRequest { Topics = [new() { Name = name }] });
        Assert.That(response.Topics[0].TopicAuthorizedOperations, Is.EqualTo(Topic));
    }
}
