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
        _clock.Advance(FetchSessions.LeastAge);
        sessions.Find(first.Id);
        Assert.That(sessions.TryOpen(third), Is.True);
        Assert.That(sessions.Find(first.Id), Is.SameAs(first));
        Assert.That(sessions.Find(second.Id), Is.Null);
        Assert.That(second.Epoch, Is.EqualTo(FetchSession.FinalEpoch));
        Assert.That(sessions.Count, Is.EqualTo(2));
    }

    [Test]
    public void One_that_is_smaller_and_no_longer_young_makes_room_for_a_larger_one()
    {
        var sessions = new FetchSessions(2, _clock);
        (FetchSession small, FetchSession middle) = (Session(2), Session(3));
        sessions.TryOpen(small);
        sessions.TryOpen(middle);
        _clock.Advance(FetchSessions.LeastAge - TimeSpan.FromSeconds(1));
        sessions.Find(small.Id);
        sessions.Find(middle.Id);
        Assert.That(sessions.TryOpen(Session(9)), Is.False, "both are young");
        _clock.Advance(TimeSpan.FromSeconds(1));
        sessions.Find(small.Id);
        sessions.Find(middle.Id);
        Assert.That(sessions.TryOpen(Session(2)), Is.False, "none is smaller");
        Assert.That(sessions.TryOpen(Session(3)), Is.True);
        Assert.That(sessions.Find(small.Id), Is.Null);
        Assert.That(small.Epoch, Is.EqualTo(FetchSession.FinalEpoch));
        Assert.That(sessions.TryOpen(Session(3)), Is.False, "one is as large, the other is young");
    }

    [Test]
    public void A_session_that_grows_is_worth_more()
    {
        var sessions = new FetchSessions(1, _clock);
        FetchSession session = Session(1);
        sessions.TryOpen(session);
        _clock.Advance(FetchSessions.LeastAge);
        sessions.Find(session.Id);
        session.Remember(Request(5));
        sessions.TryResize(session);
        Assert.That(sessions.TryOpen(Session(5)), Is.False);
        Assert.That(sessions.TryOpen(Session(6)), Is.True);
    }

    [Test]
    public void Ids_are_random_so_that_nobody_guesses_another_ones()
    {
        var sessions = new FetchSessions(100, _clock);
        FetchSession[] open = [.. Enumerable.Range(0, 100).Select(_ => Session(1))];
        Assert.That(open.All(sessions.TryOpen), Is.True);
        int[] ids = [.. open.Select(session => session.Id)];
        int[] steps = [.. ids.Zip(ids.Skip(1), (one, next) => next - one)];
        Assert.That(ids, Is.Unique.And.All.Positive);
        Assert.That(steps.Distinct().Count(), Is.GreaterThan(90), "no step from one to the next is usual");
    }

    [TestCase(1, 2)]
    [TestCase(int.MaxValue - 1, int.MaxValue)]
    [TestCase(int.MaxValue, 1)]
    public void Epochs_go_round(int epoch, int next) =>
        Assert.That(FetchSession.EpochAfter(epoch), Is.EqualTo(next));

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
