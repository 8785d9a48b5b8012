using Akka.Actor;
using KafkaActors.Broker.Controller;
using KafkaActors.Broker.FrontDoor;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Handlers;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.FrontDoor;

/// <summary>
/// Who is told of a new topic writes at once, several batches in a row: were the first refused because nobody serves
/// the partition yet, its repetition would stand behind the others.
/// </summary>
public sealed class NewTopicTests : HandlerTest
{
    [Test]
    public async Task A_topic_is_answered_once_its_partition_is_served()
    {
        PartitionHandle partition = await Create("test");
        LeaderRoute? route = partition.Route;
        partition.Route = null;
        FrontDoorServices services = CreateServices();
        IActorRef gateway = Sys.ActorOf(Props.Create(() => new AdminGateway(services)), "gateway");

        var topic = new AdminProtocol.NewTopic("test", 1, 1, [], new Dictionary<string, string>());
        gateway.Tell(
            new AdminProtocol.CreateTopics(7, [topic], TimeSpan.FromSeconds(30), ValidateOnly: false), TestActor);
        var asked = await Control.ExpectMsgAsync<ControllerProtocol.Change>();
        var result = new AdminProtocol.TopicResult("test", partition.Id.TopicId, ErrorCode.None, null);
        Control.Reply(new ControllerProtocol.Changed(
            asked.Id, new AdminProtocol.TopicsChanged(7, [result]), Image.Offset));

        // What is asked later is answered earlier.
        gateway.Tell(new AdminProtocol.DescribeConfigs(8, [], null), TestActor);
        await ExpectMsgAsync<AdminProtocol.ConfigsDescribed>();
        partition.Route = route;
        Partitions.NoteServed(partition.Id);
        await ExpectMsgAsync<AdminProtocol.TopicsChanged>();
    }
}
