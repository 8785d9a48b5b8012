using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Handlers;
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
}
