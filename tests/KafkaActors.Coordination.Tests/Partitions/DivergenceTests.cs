using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Tests.Partitions;

public sealed class DivergenceTests
{
    [TestCase(0, 0, 5)]
    [TestCase(1, 1, 8)]
    [TestCase(3, 1, 8, Description = "an epoch that this log skipped ends where the one before it does")]
    [TestCase(4, 4, 10)]
    [TestCase(9, 4, 10)]
    public void The_end_of_an_epoch_is_the_start_of_the_next(int asked, int epoch, long offset) =>
        Assert.That(
            History((0, 0), (1, 5), (4, 8)).EndOffsetFor(new LeaderEpoch(asked), 10),
            Is.EqualTo(new EpochEnd(new LeaderEpoch(epoch), offset)));

    [Test]
    public void An_epoch_older_than_the_log_has_no_end() =>
        Assert.That(History((3, 7)).EndOffsetFor(new LeaderEpoch(2), 10), Is.Null);

    [Test]
    public void A_cut_forgets_the_epochs_that_began_behind_it()
    {
        LeaderEpochHistory history = History((0, 0), (1, 5), (4, 8)).TruncateTo(8);
        Assert.That(history.Latest, Is.EqualTo(new LeaderEpoch(1)));
        Assert.That(history.Append(new LeaderEpoch(1), 8).Starts, Has.Count.EqualTo(2));
    }

    [Test]
    public void A_fetch_that_continues_the_leaders_log_does_not_diverge()
    {
        LeaderEpochHistory leader = History((0, 0), (2, 5));
        Assert.That(Divergence.Of(leader, 9, new LeaderEpoch(2), 9), Is.Null);
        Assert.That(Divergence.Of(leader, 9, new LeaderEpoch(0), 5), Is.Null);
        Assert.That(Divergence.Of(leader, 9, null, 0), Is.Null);
    }

    // Each case is a history of KIP-101 or KIP-279: the follower fetches and cuts until it continues its leader's log.
    [TestCase("0:0 2:5", 9, "0:0 1:5", 8, 5, Description = "KIP-101: the follower wrote as leader of a lost epoch")]
    [TestCase("0:0", 9, "0:0", 12, 9, Description = "the follower holds more of the same epoch")]
    [TestCase("0:0 3:4", 9, "0:0 1:4 2:6", 8, 4, Description = "KIP-279: two lost epochs")]
    [TestCase("0:0 1:3 4:6", 9, "0:0 2:5", 8, 3, Description = "KIP-279: the leader has an epoch the follower skipped")]
    [TestCase("5:0", 4, "1:0 2:3", 6, 0, Description = "nothing in common")]
    public void Cutting_ends_at_the_last_common_offset(
        string leaderText, long leaderEnd, string followerText, long followerEnd, long expected)
    {
        LeaderEpochHistory leader = Parse(leaderText);
        LeaderEpochHistory follower = Parse(followerText);
        for (int round = 0; Divergence.Of(leader, leaderEnd, follower.Latest, followerEnd) is { } diverging; round++)
        {
            Assert.That(round, Is.LessThan(10), "it comes to an end");
            followerEnd = Divergence.TruncationOffset(follower, followerEnd, diverging);
            follower = follower.TruncateTo(followerEnd);
        }

        Assert.That(followerEnd, Is.EqualTo(expected));
    }

    private static LeaderEpochHistory Parse(string text) => History(
        [.. text.Split(' ').Select(part => part.Split(':')).Select(part => (int.Parse(part[0]), long.Parse(part[1])))]);

    private static LeaderEpochHistory History(params (int Epoch, long Offset)[] starts) =>
        new([.. starts.Select(start => new EpochStart(new LeaderEpoch(start.Epoch), start.Offset))]);
}
