using Akka.Actor;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.FrontDoor;

/// <summary>What clients may not do with some topics, at the door for client actors.</summary>
public sealed class TopicOperationsTests : SessionTest
{
    [Test]
    public async Task A_client_does_not_write_what_the_node_keeps_for_itself()
    {
        PartitionHandle partition = await Create("__consumer_offsets");
        IActorRef session = await Connect(OpenDoor());
        ProduceResponse.PartitionProduceResponse answer = await Append(session, partition, Batch("a"));
        Assert.That(answer.ErrorCode, Is.EqualTo(ErrorCode.InvalidTopicException), answer.ErrorMessage);
    }
}
