using KafkaActors.Coordination.Controllers;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Controllers.ControllerProtocol;
using Effect = KafkaActors.Coordination.Controllers.ControllerCallEffect<string>;

namespace KafkaActors.Coordination.Tests.Controllers;

/// <summary>Trap "controller's answer lost".</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class ControllerCallsTests
{
    private const int Patience = 30;

    private static readonly AllocateProducerIds Repeatable = new(5, new NodeId(1), new BrokerEpoch(3));
    private static readonly DeleteTopics Once = new(6, ["t"]);

    private readonly ControllerCalls<string> _calls = new(Patience);

    [Test]
    public void What_may_be_asked_twice_is_sent_again_when_another_controller_serves()
    {
        Request sent = Sent(_calls.Begin(Repeatable, "asker"));
        Assert.That(Sent(_calls.ControllerServes(2)), Is.EqualTo(sent));
        Assert.That(_calls.ControllerServes(2), Is.Empty, "once for each controller");
        Assert.That(Sent(_calls.ControllerServes(3)), Is.EqualTo(sent));
    }

    [Test]
    public void Of_what_may_be_done_once_only_it_is_asked_what_became_of_it()
    {
        Request sent = Sent(_calls.Begin(Once, "asker"));
        var recall = (Effect.Recall)_calls.ControllerServes(2).Single();
        Assert.That(recall.Message.Id, Is.EqualTo(sent.Id));
        Assert.That(_calls.Tick().Single(), Is.EqualTo(recall), "the question may get lost");
        var answer = (Effect.Answer)_calls.Handle(new Refused(sent.Id, ErrorCode.RequestTimedOut, "unknown")).Single();
        Assert.That((answer.Asker, answer.Reply.Id), Is.EqualTo(("asker", 6L)));
        Assert.That(_calls.IsIdle, Is.True);
    }

    [Test]
    public void What_would_change_nothing_may_be_asked_twice()
    {
        Assert.That(new CreateTopics(1, [], ValidateOnly: true).IsRepeatable, Is.True);
        Assert.That(new CreateTopics(1, [], ValidateOnly: false).IsRepeatable, Is.False);
        Assert.That(new AddPartitions(1, [], ValidateOnly: true).IsRepeatable, Is.True);
        Assert.That(new AlterConfigs(1, [], ValidateOnly: true).IsRepeatable, Is.True);
    }

    [Test]
    public void What_was_certainly_not_done_is_sent_again_and_never_recalled()
    {
        Request sent = Sent(_calls.Begin(Once, "asker"));
        var later = (Effect.RetryLater)_calls.Handle(new Refused(sent.Id, ErrorCode.NotController, "no")).Single();
        Assert.That(_calls.ControllerServes(2), Is.Empty);
        Assert.That(Sent(_calls.Retry(later.Id)), Is.EqualTo(sent));
    }

    [Test]
    public void An_answer_goes_out_once_under_the_askers_id()
    {
        Request sent = Sent(_calls.Begin(Repeatable, "asker"));
        var reply = new ProducerIdsAllocated(sent.Id, ErrorCode.None, 0, 1000, new MetadataOffset(4));
        Assert.That(((Effect.Answer)_calls.Handle(reply).Single()).Reply.Id, Is.EqualTo(5));
        Assert.That(_calls.Handle(reply), Is.Empty);
    }

    [Test]
    public void Every_request_is_answered_when_its_time_is_over()
    {
        _calls.Begin(Once, "asker");
        IReadOnlyList<Effect> last = [];
        for (int tick = 0; tick < Patience; tick++) last = _calls.Tick();
        var answer = (Effect.Answer)last.Single();
        Assert.That(((Refused)answer.Reply).Error, Is.EqualTo(ErrorCode.RequestTimedOut));
        Assert.That(_calls.IsIdle, Is.True);
    }

    private static Request Sent(IReadOnlyList<Effect> effects) => ((Effect.Send)effects.Single()).Request;
}
