using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Handlers.Administration;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>Which nodes a client is told of, by Metadata and by DescribeCluster.</summary>
public sealed class ClusterNodesTests : HandlerTest
{
    [TestCase(false, false, "1 2")]
    [TestCase(true, false, "2")]
    [TestCase(false, true, "1")]
    [TestCase(true, true, "1")]
    public async Task Those_in_service_and_rather_than_none_this_one(bool isFenced, bool isOtherFenced, string told)
    {
        await Create("test");
        Image = Image with
        {
            Brokers = Image.Brokers
                .SetItem(Self, Image.Broker(Self)! with { IsFenced = isFenced })
                .SetItem(Other, Image.Broker(Other)! with { IsFenced = isOtherFenced }),
        };
        var metadata = new AnsweredContext(ApiKey.Metadata, 12);
        ((IApiHandler)new MetadataHandler(Node)).Handle(new MetadataRequest { Topics = [] }, metadata);
        var cluster = new AnsweredContext(ApiKey.DescribeCluster, 1);
        ((IApiHandler)new DescribeClusterHandler(Node)).Handle(
            new DescribeClusterRequest { EndpointType = 1 }, cluster);

        IReadOnlyList<MetadataResponse.MetadataBroker> brokers =
            (await metadata.AnswerAsync<MetadataResponse>()).Brokers;
        Assert.That(string.Join(' ', brokers.Select(node => node.NodeId)), Is.EqualTo(told));
        Assert.That(brokers[0].Host, Is.EqualTo($"host-{brokers[0].NodeId}"));
        Assert.That(
            string.Join(' ', (await cluster.AnswerAsync<DescribeClusterResponse>()).Brokers
                .Select(node => node.BrokerId)),
            Is.EqualTo(told));
    }
}
