using Akka.Actor;
using Akka.TestKit;
using KafkaActors.Broker.Supervision;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Supervision;

public sealed class KeptSingletonTests : ActorTest
{
    private readonly TaskCompletionSource<string> _fatal = new();

    protected override bool FailOnUnboundMessages => false;

    [Test]
    public async Task What_it_is_sent_reaches_the_singleton_which_answers_the_sender()
    {
        IActorRef kept = Start();
        kept.Tell("a");
        await ExpectMsgAsync("a");
        Assert.That(LastSender.Path.Name, Is.EqualTo(KeptSingleton.ChildName));
    }

    [Test]
    public async Task A_singleton_that_stops_is_started_again()
    {
        IActorRef kept = Start();
        kept.Tell("a");
        await ExpectMsgAsync("a");
        IActorRef first = LastSender;
        TestProbe probe = CreateTestProbe();
        await probe.WatchAsync(first);
        first.Tell(PoisonPill.Instance);
        await probe.ExpectTerminatedAsync(first);
        kept.Tell("b");
        await ExpectMsgAsync("b");
        Assert.That(LastSender, Is.Not.EqualTo(first));
        Assert.That(_fatal.Task.IsCompleted, Is.False);
    }

    [Test]
    public async Task One_that_stops_again_and_again_is_the_nodes_end_with_its_name()
    {
        Sys.ActorOf(Props.Create(() => new Parent(
            KeptSingleton.PropsOf(Props.Create(() => new Suicide()), _fatal.SetResult))), "coordinator");
        Assert.That(await _fatal.Task.WaitAsync(TimeSpan.FromSeconds(30)), Does.Contain("coordinator has stopped 5"));
    }

    [Test]
    public async Task Stopped_itself_it_takes_the_singleton_along()
    {
        IActorRef kept = Start();
        kept.Tell("a");
        await ExpectMsgAsync("a");
        IActorRef singleton = LastSender;
        TestProbe probe = CreateTestProbe();
        await probe.WatchAsync(singleton);
        kept.Tell(PoisonPill.Instance);
        await probe.ExpectTerminatedAsync(singleton);
    }

    private IActorRef Start() =>
        Sys.ActorOf(KeptSingleton.PropsOf(Props.Create(() => new Echo()), _fatal.SetResult), "kept");

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message);
    }

    private sealed class Suicide : UntypedActor
    {
        protected override void PreStart() => Context.Stop(Self);

        protected override void OnReceive(object message) => Unhandled(message);
    }

    private sealed class Parent : UntypedActor
    {
        public Parent(Props child) => Context.ActorOf(child);

        protected override void OnReceive(object message) => Unhandled(message);
    }
}
