using KafkaActors.Coordination.Partitions;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Tests.Partitions;

public sealed class LogDivergenceTests
{
    [Test]
    public void A_fetch_that_continues_the_leaders_log_does_not_diverge()
    {
        LeaderEpochHistory leader = History((0, 0), (2, 5));
        Assert.That(Fetch(leader, 2, 9), Is.EqualTo(FetchContinuity.Continues));
        Assert.That(Fetch(leader, 0, 5), Is.EqualTo(FetchContinuity.Continues));
    }

    [TestCase(-1)]
    [TestCase(int.MinValue)]
    public void A_reader_that_does_not_say_what_it_read_is_not_checked(int epoch) =>
        Assert.That(Fetch(History((0, 0), (2, 5)), epoch, 7), Is.EqualTo(FetchContinuity.Continues));

    // The epoch asked, the position, and the diverging epoch with its end, in a log of 0 to 9.
    [TestCase(0, 6, 0, 5, Description = "it read more of an epoch than there is")]
    [TestCase(2, 10, 2, 9, Description = "it read more of the last epoch than there is")]
    [TestCase(1, 5, 0, 5, Description = "it read under an epoch that this log skipped")]
    public void A_fetch_that_left_the_leaders_log_is_told_where(int epoch, long position, int last, long end) =>
        Assert.That(
            Fetch(History((0, 0), (2, 5)), epoch, position),
            Is.EqualTo(FetchContinuity.Diverges(new LeaderEpochEnd(new LeaderEpoch(last), end))));

    [Test]
    public void A_reader_of_an_epoch_that_was_deleted_goes_on_where_the_log_begins()
    {
        LeaderEpochHistory leader = History((3, 5));
        FetchContinuity continues = LogDivergence.Of(leader, 5, 9, new LeaderEpoch(1), 5);
        FetchContinuity diverges = LogDivergence.Of(leader, 5, 9, new LeaderEpoch(1), 7);
        Assert.That(continues, Is.EqualTo(FetchContinuity.Continues));
        Assert.That(
            diverges, Is.EqualTo(FetchContinuity.Diverges(new LeaderEpochEnd(new LeaderEpoch(1), 5))));
    }

    [Test]
    public void A_reader_whose_epoch_the_leader_does_not_know_cannot_be_placed()
    {
        Assert.That(Fetch(History((0, 0), (2, 5)), 3, 9), Is.EqualTo(FetchContinuity.OutOfRange));
        Assert.That(Fetch(LeaderEpochHistory.Empty, 0, 0), Is.EqualTo(FetchContinuity.OutOfRange));
    }

    [Test]
    public void A_position_below_the_log_start_is_out_of_range_whatever_its_epoch() =>
        Assert.That(
            LogDivergence.Of(History((0, 3), (2, 5)), 3, 9, new LeaderEpoch(1), 2),
            Is.EqualTo(FetchContinuity.OutOfRange));

    // Each case is a history of KIP-101 or KIP-279: the follower fetches and cuts until it continues its leader's log.
    [TestCase("0:0 2:5", 9, "0:0 1:5", 8, 5, Description = "KIP-101: the follower wrote as leader of a lost epoch")]
    [TestCase("0:0", 9, "0:0", 12, 9, Description = "the follower holds more of the same epoch")]
    [TestCase("0:0 3:4", 9, "0:0 1:4 2:6", 8, 4, Description = "KIP-279: two lost epochs")]
    [TestCase("0:0 1:3 4:6", 9, "0:0 2:5", 8, 3, Description = "KIP-279: the leader has an epoch the follower skipped")]
    [TestCase("5:0", 4, "1:0 2:3", 6, 0, Description = "nothing in common")]
    [TestCase("0:0 2:8", 9, "0:0 1:8", 8, 8, Description = "the lost epoch wrote nothing")]
    public void Cutting_ends_at_the_last_common_offset(
        string leaderText, long leaderEnd, string followerText, long followerEnd, long expected)
    {
        LeaderEpochHistory leader = Parse(leaderText);
        LeaderEpochHistory follower = Parse(followerText);
        for (int round = 0; Diverging(leader, leaderEnd, follower, followerEnd) is { } diverging; round++)
        {
            Assert.That(round, Is.LessThan(10), "it comes to an end");
            followerEnd = LogDivergence.TruncationOffset(follower, followerEnd, diverging);
            follower = follower.TruncateFromEnd(followerEnd);
        }

        Assert.That(followerEnd, Is.EqualTo(expected));
    }

    [Test]
    public void A_follower_without_an_epoch_that_could_tell_cuts_where_its_leader_says()
    {
        var diverging = new LeaderEpochEnd(new LeaderEpoch(4), 6);
        Assert.That(LogDivergence.TruncationOffset(LeaderEpochHistory.Empty, 8, diverging), Is.EqualTo(6));
        Assert.That(LogDivergence.TruncationOffset(LeaderEpochHistory.Empty, 3, diverging), Is.EqualTo(3));
        Assert.That(LogDivergence.TruncationOffset(History((1, 0)), 8, diverging), Is.EqualTo(6));
    }

    private static FetchContinuity Fetch(LeaderEpochHistory leader, int epoch, long position) =>
        LogDivergence.Of(leader, 0, 9, new LeaderEpoch(epoch), position);

    private static LeaderEpochEnd? Diverging(
        LeaderEpochHistory leader, long leaderEnd, LeaderEpochHistory follower, long followerEnd) =>
        LogDivergence.Of(leader, 0, leaderEnd, follower.Latest ?? LeaderEpoch.None, followerEnd).Diverging;

    private static LeaderEpochHistory Parse(string text) => History(
        [.. text.Split(' ').Select(part => part.Split(':')).Select(part => (int.Parse(part[0]), long.Parse(part[1])))]);

    private static LeaderEpochHistory History(params (int Epoch, long Offset)[] starts) =>
        LeaderEpochHistory.FromEntries(
            starts.Select(start => new LeaderEpochStart(new LeaderEpoch(start.Epoch), start.Offset)))!;
}
