using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Tests.Listener;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>What a request knows of its client, and of its own way.</summary>
public sealed class RequestContextTests
{
    [Test]
    public async Task A_response_tells_its_client_for_how_long_it_is_held_back()
    {
        var held = new AnsweredContext(ApiKey.Fetch, 17) { ThrottleTime = TimeSpan.FromMilliseconds(250) };
        var free = new AnsweredContext(ApiKey.Fetch, 17);
        held.Respond(new FetchResponse());
        free.Respond(new FetchResponse());
        Assert.That((await held.AnswerAsync<FetchResponse>()).ThrottleTimeMs, Is.EqualTo(250));
        Assert.That((await free.AnswerAsync<FetchResponse>()).ThrottleTimeMs, Is.Zero);
    }

    [Test]
    public void A_stage_is_marked_once_and_the_time_between_two_is_never_negative()
    {
        var clock = new ManualClock();
        var timing = new RequestTiming();
        Assert.That(timing.Between(RequestStage.Received, RequestStage.Handled, clock), Is.Null);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        timing.Mark(RequestStage.Received, clock);
        clock.Advance(TimeSpan.FromMilliseconds(5));
        timing.Mark(RequestStage.ResponseQueued, clock);
        clock.Advance(TimeSpan.FromMilliseconds(7));
        timing.Mark(RequestStage.LocalDone, clock);
        timing.Mark(RequestStage.ResponseQueued, clock);
        Assert.That(
            timing.Between(RequestStage.Received, RequestStage.ResponseQueued, clock),
            Is.EqualTo(TimeSpan.FromMilliseconds(5)));
        Assert.That(
            timing.Between(RequestStage.LocalDone, RequestStage.ResponseQueued, clock), Is.EqualTo(TimeSpan.Zero));
    }

    [Test]
    public void Nobody_has_said_who_he_is() =>
        Assert.That($"{new AnsweredContext(ApiKey.Fetch, 17).Principal}", Is.EqualTo("User:ANONYMOUS"));
}
