using Akka.Actor;
using KafkaActors.Broker.Serving;
using KafkaActors.Broker.Tests.FrontDoor;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Serving;

public sealed class ProducerIdSourceTests : FrontDoorTest
{
    [Test]
    public async Task Ids_come_from_one_block_and_an_epoch_is_raised_without_it()
    {
        IActorRef controller = CreateServices().Controller;
        IActorRef source = Sys.ActorOf(Props.Create(() => new ProducerIdSource(Self, () => Image, controller)));
        source.Tell(new ProducerIdProtocol.Assign(-1, -1), TestActor);
        source.Tell(new ProducerIdProtocol.Assign(-1, -1), TestActor);
        var asked = await Control.ExpectMsgAsync<ControllerProtocol.AllocateProducerIds>();
        Control.Reply(new ControllerProtocol.ProducerIdsAllocated(
            asked.Id, ErrorCode.None, 4000, 1000, new MetadataOffset(1)));
        var first = await ExpectMsgAsync<ProducerIdProtocol.Assigned>();
        var second = await ExpectMsgAsync<ProducerIdProtocol.Assigned>();
        source.Tell(new ProducerIdProtocol.Assign(4000, 2), TestActor);
        var raised = await ExpectMsgAsync<ProducerIdProtocol.Assigned>();

        Assert.That((first.ProducerId, second.ProducerId), Is.EqualTo((4000L, 4001L)));
        Assert.That((raised.ProducerId, raised.ProducerEpoch), Is.EqualTo((4000L, (short)3)));
    }
}
