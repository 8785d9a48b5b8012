using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Partitions;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>
/// What a leader says to readers by leader epochs (KIP-320): its log has two records of epoch 0 and one of epoch 3.
/// </summary>
public sealed class LeaderEpochTests : HandlerTest
{
    private PartitionHandle _partition = null!;

    [SetUp]
    public async Task Write()
    {
        _partition = await Create("test");
        await Ask(_partition.Actor!, Append(_partition, Batch("a")));
        await Ask(_partition.Actor!, Append(_partition, Batch("b")));
        Assign(_partition, Storage.ReplicaRole.Leader, 3);
        await Lead(_partition, 3);
        await Ask(_partition.Actor!, Append(_partition, Batch("c")));
    }

    [TestCase(0, 0, 2)]
    [TestCase(2, 0, 2, Description = "an epoch that was skipped ends where the one before it does")]
    [TestCase(3, 3, 3, Description = "the last one ends with the log")]
    [TestCase(4, -1, -1, Description = "one that the leader does not know has no end")]
    [TestCase(-1, -1, -1)]
    public async Task The_end_of_an_epoch_is_told(int asked, int epoch, long end)
    {
        OffsetForLeaderEpochResponse.EpochEndOffset row = await EndOf(asked, current: 3);
        Assert.That(row.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That((row.LeaderEpoch, row.EndOffset), Is.EqualTo((new LeaderEpoch(epoch), end)));
    }

    [TestCase(0, ErrorCode.FencedLeaderEpoch)]
    [TestCase(4, ErrorCode.UnknownLeaderEpoch)]
    [TestCase(-1, ErrorCode.None)]
    public async Task A_request_of_another_leadership_is_refused(int current, ErrorCode error)
    {
        Assert.That((await EndOf(0, current)).ErrorCode, Is.EqualTo(error));
        Assert.That((await Fetched(2, lastFetched: 0, current)).ErrorCode, Is.EqualTo(error));
    }

    [TestCase(0, ErrorCode.FencedLeaderEpoch)]
    [TestCase(9, ErrorCode.UnknownLeaderEpoch)]
    [TestCase(4, ErrorCode.NotLeaderOrFollower)]
    public void A_follower_says_which_of_the_two_is_behind(int current, ErrorCode error)
    {
        Assign(_partition, Storage.ReplicaRole.Follower, 4);
        Assert.That(_partition.CheckLeader(new LeaderEpoch(current), out _), Is.EqualTo(error));
    }

    [Test]
    public async Task A_fetch_that_continues_the_log_is_given_its_records()
    {
        FetchResponse.PartitionData row = await Fetched(2, lastFetched: 0);
        Assert.That(row.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(row.DivergingEpoch, Is.Null);
        Assert.That(row.Records!.SizeInBytes, Is.Positive);
    }

    [TestCase(3L, 0, 0, 2)]
    [TestCase(2L, 2, 0, 2)]
    [TestCase(9L, 3, 3, 3, Description = "beyond the log's end, but its epoch tells where they part")]
    public async Task A_fetch_that_left_the_log_is_told_where_and_given_no_record(
        long offset, int lastFetched, int epoch, long end)
    {
        FetchResponse.PartitionData row = await Fetched(offset, lastFetched);
        Assert.That(row.ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(
            (row.DivergingEpoch?.Epoch, row.DivergingEpoch?.EndOffset), Is.EqualTo((new LeaderEpoch(epoch), end)));
        Assert.That(row.Records!.SizeInBytes, Is.Zero);
    }

    [Test]
    public async Task A_reader_whose_epoch_the_leader_does_not_know_is_out_of_range()
    {
        FetchResponse.PartitionData row = await Fetched(1, lastFetched: 4);
        Assert.That((row.ErrorCode, row.Records!.SizeInBytes), Is.EqualTo((ErrorCode.OffsetOutOfRange, 0)));
        Assert.That(row.DivergingEpoch, Is.Null);
    }

    private async Task<OffsetForLeaderEpochResponse.EpochEndOffset> EndOf(int epoch, int current)
    {
        var context = new AnsweredContext(ApiKey.OffsetForLeaderEpoch, 4);
        ((IApiHandler)new OffsetForLeaderEpochHandler(Node)).Handle(
            new OffsetForLeaderEpochRequest
            {
                Topics =
                [
                    new()
                    {
                        Topic = "test",
                        Partitions =
                        [
                            new()
                            {
                                LeaderEpoch = new LeaderEpoch(epoch), CurrentLeaderEpoch = new LeaderEpoch(current),
                            },
                        ],
                    },
                ],
            },
            context);
        return (await context.AnswerAsync<OffsetForLeaderEpochResponse>()).Topics[0].Partitions[0];
    }

    private async Task<FetchResponse.PartitionData> Fetched(long offset, int lastFetched, int current = 3)
    {
        FetchRequest request = Request(_partition, offset, maxWaitMs: 30_000);
        request.Topics[0].Partitions[0].LastFetchedEpoch = new LeaderEpoch(lastFetched);
        request.Topics[0].Partitions[0].CurrentLeaderEpoch = new LeaderEpoch(current);
        return (await Fetch(request).AnswerAsync<FetchResponse>()).Responses[0].Partitions[0];
    }
}
