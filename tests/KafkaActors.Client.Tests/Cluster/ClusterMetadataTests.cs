using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Client.Tests.Cluster;

/// <summary>What a client makes of a node's metadata.</summary>
public sealed class ClusterMetadataTests
{
    private static readonly NodeId Node = new(1);

    [Test]
    public void A_leader_is_found_where_the_node_knows_no_topic_ids()
    {
        ClusterMetadata metadata = Of(Topic("t", leader: 1));
        PartitionLeader leader = metadata.Leader(new TopicPartition("t", 0))!;
        Assert.That((leader.Name, leader.TopicId, leader.Node), Is.EqualTo(
            (new TopicPartition("t", 0), TopicId.None, Node)));
    }

    [Test]
    public void A_leader_that_has_no_address_is_none() =>
        Assert.That(Of(Topic("t", leader: 2)).Leader(new TopicPartition("t", 0)), Is.Null);

    [TestCase(1, 1, true, TestName = "A_leader_that_a_node_told_of_is_the_leader")]
    [TestCase(1, -1, false, TestName = "An_older_leader_that_a_node_told_of_is_no_news")]
    [TestCase(2, 1, false, TestName = "A_leader_of_whom_no_address_is_known_is_no_news")]
    public void What_a_node_tells_of_a_leader_counts_where_it_is_newer(int leader, int epoch, bool isNews)
    {
        var name = new TopicPartition("t", 0);
        ClusterMetadata? newer = Of(Topic("t", leader: 1)).With(
            new ClusterProtocol.LeaderMoved(name, new NodeId(leader), new LeaderEpoch(epoch)));
        Assert.That(newer is not null, Is.EqualTo(isNews));
        if (isNews) Assert.That(newer!.Leader(name)!.Epoch, Is.EqualTo(new LeaderEpoch(epoch)));
    }

    [Test]
    public void A_topic_without_a_name_is_left_out() =>
        Assert.That(Of(Topic(null, leader: 1), Topic("t", leader: 1)).Topics.Single().Name, Is.EqualTo("t"));

    [Test]
    public void Another_node_of_an_actor_system_is_in_a_system_of_the_same_name()
    {
        NodeAddress address = new NodeAddress.ActorSystem(new Address("akka.tcp", "mine", "a", 1));
        Assert.That(address.Of("b", 2).ToString(), Is.EqualTo("akka.tcp://mine@b:2"));
        Assert.That(address.Of("b", 2), Is.EqualTo(
            new NodeAddress.ActorSystem(new Address("akka.tcp", "mine", "b", 2))));
    }

    [Test]
    public void Another_node_of_a_kafka_port_is_a_kafka_port()
    {
        NodeAddress address = new NodeAddress.KafkaPort("a", 9092).Of("::1", 9093);
        Assert.That(address, Is.EqualTo(new NodeAddress.KafkaPort("::1", 9093)));
        Assert.That(address.ToString(), Is.EqualTo("[::1]:9093"));
    }

    private static ClusterMetadata Of(params MetadataResponse.MetadataTopic[] topics) =>
        new(Node, topics, new Dictionary<NodeId, IActorRef> { [Node] = ActorRefs.Nobody });

    private static MetadataResponse.MetadataTopic Topic(string? name, int leader) => new()
    {
        Name = name,
        Partitions = [new MetadataResponse.MetadataPartition { LeaderId = new NodeId(leader) }],
    };
}
