using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Tests.Listener;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>The bounded memory of sessions. Their partitions are of topics that nobody knows.</summary>
public sealed class FetchSessionsTests : HandlerTest
{
    private readonly ManualClock _clock = new();

    [Test]
    public void A_session_that_is_open_is_found_by_its_id_and_one_that_is_closed_is_not()
    {
        var sessions = new FetchSessions(2, _clock);
        FetchSession session = Session(1);
        Assert.That(sessions.TryOpen(session), Is.True);
        Assert.That(session.Id, Is.GreaterThan(0));
        Assert.That(sessions.Find(session.Id), Is.SameAs(session));
        Assert.That(sessions.Find(FetchSessions.NoSession), Is.Null);
        sessions.Close(session.Id);
        Assert.That(sessions.Find(session.Id), Is.Null);
        Assert.That(session.Epoch, Is.EqualTo(FetchSession.FinalEpoch));
    }

    [Test]
    public void When_it_is_full_of_young_ones_there_is_no_new_one()
    {
        var sessions = new FetchSessions(2, _clock);
        Assert.That(sessions.TryOpen(Session(1)) && sessions.TryOpen(Session(1)), Is.True);
        FetchSession third = Session(1);
        Assert.That(sessions.TryOpen(third), Is.False);
        Assert.That(third.Id, Is.EqualTo(FetchSessions.NoSession));
    }

    [Test]
    public void The_one_that_was_not_used_for_longest_makes_room()
    {
        var sessions = new FetchSessions(2, _clock);
        (FetchSession first, FetchSession second, FetchSession third) = (Session(1), Session(1), Session(1));
        sessions.TryOpen(first);
        sessions.TryOpen(second);
        _clock.Advance(FetchSessions.LeastIdle);
        sessions.Find(first.Id);
        Assert.That(sessions.TryOpen(third), Is.True);
        Assert.That(sessions.Find(first.Id), Is.SameAs(first));
        Assert.That(sessions.Find(second.Id), Is.Null);
        Assert.That(second.Epoch, Is.EqualTo(FetchSession.FinalEpoch));
        Assert.That(sessions.Count, Is.EqualTo(2));
    }

    [Test]
    public void Partitions_are_counted_as_well()
    {
        const int slots = 4;
        const int most = slots * FetchSessions.PartitionsPerSlot;
        var sessions = new FetchSessions(slots, _clock);
        FetchSession large = Session(most - 1);
        Assert.That(sessions.TryOpen(Session(most + 1)), Is.False);
        Assert.That(sessions.TryOpen(large), Is.True);
        Assert.That(sessions.TryOpen(Session(2)), Is.False);
        large.Remember(Request(most));
        Assert.That(sessions.TryResize(large), Is.True);
        large.Remember(Request(most + 1));
        Assert.That(sessions.TryResize(large), Is.False);
        sessions.Close(large.Id);
        Assert.That(sessions.TryOpen(Session(most)), Is.True);
    }

    [Test]
    public void Without_slots_there_are_none()
    {
        var sessions = new FetchSessions(0, _clock);
        Assert.That(sessions.IsOn, Is.False);
        Assert.That(sessions.TryOpen(Session(1)), Is.False);
    }

    private FetchSession Session(int partitions)
    {
        var session = new FetchSession(Node, isById: true);
        session.Remember(Request(partitions));
        return session;
    }

    private static FetchRequest Request(int partitions) => new()
    {
        Topics =
        [
            new()
            {
                TopicId = new TopicId(Guid.Parse("00000000-0000-0000-0000-000000000001")),
                Partitions = [.. Enumerable.Range(0, partitions)
                    .Select(index => new FetchRequest.FetchPartition { Partition = index })],
            },
        ],
    };
}
