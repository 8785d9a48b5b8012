using Akka.Actor;
using KafkaActors.TestKit;

namespace KafkaActors.Tidy.Tests.TestKit;

public sealed class ActorTestTests : ActorTest
{
    private static readonly HashSet<ActorSystem> Seen = [];

    protected override bool FailOnUnboundMessages => false;

    [Test]
    public void A_message_marked_as_local_reaches_the_test_actor()
    {
        TestActor.Tell(new Local("here"));
        Assert.That(ExpectMsg<Local>().Text, Is.EqualTo("here"));
    }

    [Test]
    public void A_message_bound_to_no_serializer_is_dropped_and_remembered()
    {
        TestActor.Tell(new Unbound("there"));
        TestActor.Tell(new Local("here"));
        Assert.That(ExpectMsg<Local>().Text, Is.EqualTo("here"));
        Assert.That(UnboundMessageSerializer.Refused(Sys), Is.EqualTo(new[] { typeof(Unbound) }));
    }

    [Test]
    public async Task A_child_that_is_stopped_is_reported_to_its_watcher()
    {
        IActorRef echo = Sys.ActorOf(Props.Create<Echo>());
        Watch(echo);
        echo.Tell("a string has no serializer of ours", TestActor);
        Assert.That(await ExpectMsgAsync<string>(), Does.StartWith("a string"));
        Sys.Stop(echo);
        Assert.That((await ExpectTerminatedAsync(echo)).ActorRef, Is.EqualTo(echo));
    }

    [TestCase(1)]
    [TestCase(2)]
    public void Each_test_case_has_a_system_of_its_own(int _)
    {
        Assert.That(Seen.Add(Sys), Is.True);
    }

    private sealed record Local(string Text) : INoSerializationVerificationNeeded;

    private sealed record Unbound(string Text);

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }
}
