using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Handlers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Messages;
using KafkaActors.Protocol;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.FrontDoor;

/// <summary>What clients may not do with some topics, at the door for client actors.</summary>
public sealed class TopicOperationsTests : HandlerTest
{
    [Test]
    public async Task A_client_does_not_write_what_the_node_keeps_for_itself()
    {
        PartitionHandle partition = await Create("__consumer_offsets");
        IActorRef session = await Connect(OpenDoor());
        session.Tell(Produce(partition, SampleRequests.Batch("a")), TestActor);
        ProduceProtocol.Appended answer = await ExpectMsgAsync<ProduceProtocol.Appended>();
        Assert.That(answer.Error, Is.EqualTo(ErrorCode.InvalidTopicException), answer.Message);
    }

    [TestCase("__consumer_offsets", "delete", ErrorCode.InvalidTopicException)]
    [TestCase("table", "compact", ErrorCode.PolicyViolation)]
    [TestCase("table", "delete,compact", ErrorCode.None)]
    public async Task Records_are_deleted_where_Kafka_deletes_them(string topic, string policy, ErrorCode error)
    {
        PartitionHandle partition = await Create(topic);
        Image = Image.Apply(
            new MetadataEvent.ConfigChanged(ConfigResource.Topic(topic), "cleanup.policy", policy), Image.Offset);
        IActorRef session = await Connect(OpenDoor());
        session.Tell(
            new AdminProtocol.DeleteRecords(
                1, [new AdminProtocol.RecordsToDelete(partition.Id, 0)], TimeSpan.FromSeconds(10)),
            TestActor);
        AdminProtocol.RecordsDeleted answer = await ExpectMsgAsync<AdminProtocol.RecordsDeleted>();
        Assert.That(answer.Partitions.Single().Error, Is.EqualTo(error));
    }
}
