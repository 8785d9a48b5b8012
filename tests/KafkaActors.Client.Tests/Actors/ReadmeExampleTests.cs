using Akka.Actor;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Producing;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests.Actors;

/// <summary>The actor that the client's README shows; instead of logging it tells an observer.</summary>
[Parallelizable(ParallelScope.Self)]
[CancelAfter(60_000)]
public sealed class ReadmeExampleTests
{
    [Test]
    public async Task The_README_s_actor_reads_what_it_has_sent()
    {
        var cluster = new FakeCluster();
        cluster.AddTopic("greetings");
        await using FakeNode node = FakeNode.Start(cluster);
        await using ClientHost host = ClientHost.Start(node);
        IActorRef observer = host.Inbox.Receiver;
        host.System.ActorOf(Props.Create(() => new Greeter(observer)));
        ConsumerProtocol.Records records = await host.ExpectAsync<ConsumerProtocol.Records>();
        Assert.That(records.Items.Single().Record.Value!.Value.ToArray(), Is.EqualTo("hello"u8.ToArray()));
    }

    private sealed class Greeter : ReceiveActor
    {
        public Greeter(IActorRef observer)
        {
            KafkaActorsClient kafka = KafkaActorsClient.For(Context.System);
            IActorRef producer = Context.ActorOf(kafka.ProducerProps());
            IActorRef consumer = Context.ActorOf(kafka.ConsumerProps(owner: Self));
            var greetings = new TopicPartition("greetings", 0);

            producer.Tell(new ProducerProtocol.Send(new ProducerRecord("greetings", null, "hello"u8.ToArray())));
            Receive<ProducerProtocol.Sent>(stored =>
            {
                var start = new TopicPartitionStart(greetings, StartOffset.At(stored.Offset));
                consumer.Tell(new ConsumerProtocol.Assign([start]));
                consumer.Tell(new ConsumerProtocol.Pull(100));
            });
            Receive<ProducerProtocol.Failed>(failed => observer.Tell(failed));
            Receive<ProducerProtocol.BufferFull>(_ => { });
            Receive<ProducerProtocol.Ready>(_ => { });
            Receive<ConsumerProtocol.Records>(records =>
            {
                observer.Tell(records);
                consumer.Tell(new ConsumerProtocol.Pull(records.Items.Count));
            });
        }
    }
}
