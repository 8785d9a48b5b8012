using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Partitions;
using KafkaActors.Broker.Tests.Listener;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit;

namespace KafkaActors.Broker.Tests.Handlers;

/// <summary>Incremental fetch sessions (KIP-227), one client at a time.</summary>
public sealed class FetchSessionTests : HandlerTest
{
    private const int FarAway = 60_000;

    [Test]
    public async Task The_answer_that_opens_a_session_tells_of_every_partition_and_later_ones_of_what_has_changed()
    {
        PartitionHandle[] partitions = await Create(3);
        FetchResponse opened = await Ask(Session(0, 0, partitions));
        AnsweredContext waiting = Fetch(Session(opened.SessionId, 1, FarAway));
        await Produce(partitions[1]);
        FetchResponse changed = await waiting.AnswerAsync<FetchResponse>();
        FetchResponse unchanged = await Ask(Session(opened.SessionId, 2, (partitions[1], 1)));
        Assert.That(opened.SessionId, Is.Not.Zero);
        Assert.That(Topics(opened), Is.EqualTo(partitions.Select(one => one.Id.TopicId)));
        Assert.That(Topics(changed), Is.EqualTo(new[] { partitions[1].Id.TopicId }));
        Assert.That(Row(changed).Records!.SizeInBytes, Is.GreaterThan(0));
        Assert.That((unchanged.ErrorCode, unchanged.Responses.Count), Is.EqualTo((ErrorCode.None, 0)));
        Assert.That(unchanged.SessionId, Is.EqualTo(opened.SessionId));
    }

    [Test]
    public async Task Records_that_the_client_does_not_pass_are_given_again()
    {
        PartitionHandle[] partitions = await Create(1);
        await Produce(partitions[0]);
        FetchResponse opened = await Ask(Session(0, 0, partitions));
        FetchResponse again = await Ask(Session(opened.SessionId, 1));
        FetchResponse passed = await Ask(Session(opened.SessionId, 2, (partitions[0], 1)));
        Assert.That(Row(again).Records!.SizeInBytes, Is.EqualTo(Row(opened).Records!.SizeInBytes));
        Assert.That(passed.Responses, Is.Empty);
    }

    [Test]
    public async Task What_found_no_room_comes_next_though_nobody_names_it_and_a_busy_partition_comes_last()
    {
        PartitionHandle[] partitions = await Create(3);
        foreach (PartitionHandle partition in partitions) await Produce(partition);
        FetchRequest request = Session(0, 0, partitions);
        request.MaxBytes = 1;
        FetchResponse response = await Ask(request);
        var given = new List<TopicId> { WithRecords(response) };
        for (int epoch = 1; epoch < 4; epoch++)
        {
            request = Session(response.SessionId, epoch);
            request.MaxBytes = 1;
            given.Add(WithRecords(await Ask(request)));
        }

        TopicId[] ids = [.. partitions.Select(partition => partition.Id.TopicId)];
        Assert.That(given, Is.EqualTo(new[] { ids[0], ids[1], ids[2], ids[0] }));
    }

    [Test]
    public async Task A_partition_that_is_forgotten_is_told_of_no_more_and_a_new_one_is()
    {
        PartitionHandle[] partitions = await Create(2);
        FetchResponse opened = await Ask(Session(0, 0, partitions[..1]));
        FetchRequest request = Session(opened.SessionId, 1, (partitions[1], 0));
        request.ForgottenTopicsData = [new() { TopicId = partitions[0].Id.TopicId, Partitions = [0] }];
        FetchResponse changed = await Ask(request);
        await Produce(partitions[0]);
        FetchResponse silent = await Ask(Session(opened.SessionId, 2));
        Assert.That(Topics(changed), Is.EqualTo(new[] { partitions[1].Id.TopicId }));
        Assert.That(silent.Responses, Is.Empty);
        Assert.That(partitions[0].Waiters.Count, Is.Zero);
    }

    [Test]
    public async Task Without_any_partition_left_there_is_no_session_any_more()
    {
        PartitionHandle[] partitions = await Create(1);
        FetchResponse opened = await Ask(Session(0, 0, partitions));
        FetchRequest request = Session(opened.SessionId, 1);
        request.ForgottenTopicsData = [new() { TopicId = partitions[0].Id.TopicId, Partitions = [0] }];
        FetchResponse last = await Ask(request);
        Assert.That((last.ErrorCode, last.SessionId), Is.EqualTo((ErrorCode.None, 0)));
        Assert.That(Sessions.Count, Is.Zero);
    }

    [Test]
    public async Task An_error_is_told_until_it_ends_and_its_end_is_news()
    {
        PartitionHandle[] partitions = await Create(1, isLed: false);
        FetchResponse opened = await Ask(Session(0, 0, partitions));
        FetchResponse again = await Ask(Session(opened.SessionId, 1));
        await Lead(partitions[0], epoch: 1);
        FetchResponse ended = await Ask(Session(opened.SessionId, 2));
        FetchResponse silent = await Ask(Session(opened.SessionId, 3));
        Assert.That(Row(opened).ErrorCode, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That(Row(again).ErrorCode, Is.EqualTo(ErrorCode.NotLeaderOrFollower));
        Assert.That(Row(ended).ErrorCode, Is.EqualTo(ErrorCode.None));
        Assert.That(silent.Responses, Is.Empty);
    }

    [Test]
    public async Task A_topic_that_is_unknown_is_found_by_the_session_once_it_is_there()
    {
        FetchRequest request = Session(0, 0);
        request.Topics = [new() { Topic = "late", Partitions = [new() { PartitionMaxBytes = 1000 }] }];
        FetchResponse opened = await Ask(request, version: 12);
        PartitionHandle late = await Create("late");
        await Produce(late);
        FetchResponse found = await Ask(Session(opened.SessionId, 1), version: 12);
        Assert.That(Row(opened).ErrorCode, Is.EqualTo(ErrorCode.UnknownTopicOrPartition));
        Assert.That((Row(found).ErrorCode, Row(found).HighWatermark), Is.EqualTo((ErrorCode.None, 1L)));
        Assert.That(found.Responses[0].Topic, Is.EqualTo("late"));
    }

    [Test]
    public async Task What_wakes_nobody_is_found_after_a_while()
    {
        var clock = new ManualClock();
        Clock = clock;
        CreateNode();
        PartitionHandle[] partitions = await Create(1);
        await Produce(partitions[0]);
        FetchResponse opened = await Ask(Session(0, 0, (partitions[0], 1)));
        partitions[0].Log.DeleteRecordsBefore(partitions[0].Assignment.Token!, 1);
        FetchResponse soon = await Ask(Session(opened.SessionId, 1));
        clock.Advance(TimeSpan.FromSeconds(6));
        FetchResponse late = await Ask(Session(opened.SessionId, 2));
        Assert.That(soon.Responses, Is.Empty);
        Assert.That(Row(late).LogStartOffset, Is.EqualTo(1));
    }

    [TestCase(1, 2, ErrorCode.InvalidFetchSessionEpoch)]
    [TestCase(1, -2, ErrorCode.InvalidFetchSessionEpoch)]
    [TestCase(0, 1, ErrorCode.FetchSessionIdNotFound)]
    [TestCase(12345, 1, ErrorCode.FetchSessionIdNotFound)]
    public async Task A_session_that_is_not_there_or_further_on_is_told_so(int id, int epoch, ErrorCode expected)
    {
        PartitionHandle[] partitions = await Create(1);
        FetchResponse opened = await Ask(Session(0, 0, partitions));
        FetchResponse refused = await Ask(Session(id == 1 ? opened.SessionId : id, epoch));
        FetchResponse right = await Ask(Session(opened.SessionId, 1));
        Assert.That(refused.ErrorCode, Is.EqualTo(expected));
        Assert.That(right.ErrorCode, Is.EqualTo(ErrorCode.None), "the session is as it was");
    }

    [Test]
    public async Task A_session_by_ids_knows_no_names_and_the_other_way_round()
    {
        PartitionHandle[] partitions = await Create(1);
        FetchResponse byId = await Ask(Session(0, 0, partitions));
        FetchRequest named = Session(0, 0);
        named.Topics = [new() { Topic = "topic-0", Partitions = [new()] }];
        FetchResponse byName = await Ask(named, version: 12);
        Assert.That(
            (await Ask(Session(byId.SessionId, 1), version: 12)).ErrorCode,
            Is.EqualTo(ErrorCode.FetchSessionTopicIdError));
        Assert.That(
            (await Ask(Session(byName.SessionId, 1))).ErrorCode, Is.EqualTo(ErrorCode.FetchSessionTopicIdError));
    }

    [TestCase(0)]
    [TestCase(-1)]
    public async Task Who_begins_anew_or_closes_has_done_with_his_session(int epoch)
    {
        PartitionHandle[] partitions = await Create(1);
        FetchResponse opened = await Ask(Session(0, 0, partitions));
        FetchResponse anew = await Ask(Session(opened.SessionId, epoch, partitions));
        FetchResponse old = await Ask(Session(opened.SessionId, 1));
        Assert.That(anew.SessionId != 0, Is.EqualTo(epoch == 0));
        Assert.That(old.ErrorCode, Is.EqualTo(ErrorCode.FetchSessionIdNotFound));
        Assert.That(Topics(anew), Has.Count.EqualTo(1));
        Assert.That(partitions[0].Waiters.Count, Is.EqualTo(epoch == 0 ? 1 : 0));
    }

    [Test]
    public async Task A_request_that_is_overtaken_by_the_next_is_answered_with_an_error_and_the_next_is_not()
    {
        PartitionHandle[] partitions = await Create(1);
        FetchResponse opened = await Ask(Session(0, 0, partitions));
        AnsweredContext first = Fetch(Session(opened.SessionId, 1, FarAway));
        AnsweredContext second = Fetch(Session(opened.SessionId, 2, FarAway));
        FetchResponse overtaken = await first.AnswerAsync<FetchResponse>();
        await Produce(partitions[0]);
        FetchResponse current = await second.AnswerAsync<FetchResponse>();
        Assert.That(overtaken.ErrorCode, Is.EqualTo(ErrorCode.InvalidFetchSessionEpoch));
        Assert.That(Row(current).Records!.SizeInBytes, Is.GreaterThan(0));
    }

    [Test]
    public async Task A_client_that_goes_before_its_session_is_open_leaves_nothing_behind()
    {
        PartitionHandle[] partitions = await Create(2);
        using var gone = new CancellationTokenSource();
        FetchRequest request = Session(0, 0, partitions);
        request.MaxWaitMs = FarAway;
        Fetch(request, gone: gone.Token);
        Assert.That(partitions[0].Waiters.Count, Is.EqualTo(1));
        await gone.CancelAsync();
        await Eventually.That(() => partitions.Sum(partition => partition.Waiters.Count), Is.Zero);
        Assert.That(Sessions.Count, Is.Zero);
    }

    [TestCase(12, ErrorCode.UnknownLeaderEpoch)]
    [TestCase(8, ErrorCode.None)]
    public async Task An_epoch_counts_for_nothing_in_a_version_that_has_none(short version, ErrorCode error)
    {
        PartitionHandle[] partitions = await Create(1);
        FetchRequest opening = Session(0, 0, partitions);
        opening.Topics[0].Topic = partitions[0].Name.Topic;
        opening.Topics[0].Partitions[0].CurrentLeaderEpoch = new LeaderEpoch(7);
        FetchResponse opened = await Ask(opening, version: 12);
        Assert.That(Row(opened).ErrorCode, Is.EqualTo(ErrorCode.UnknownLeaderEpoch));
        await Produce(partitions[0]);
        FetchResponse next = await Ask(Session(opened.SessionId, 1), version);
        Assert.That(Row(next).ErrorCode, Is.EqualTo(error));
    }

    [Test]
    public async Task Idle_partitions_are_not_looked_at()
    {
        PartitionHandle[] partitions = await Create(20);
        var session = new FetchSession(Node, isById: true);
        session.Remember(Session(0, 0, partitions));
        (List<SessionPartition> active, _) = session.Look(FetchedPartition.FirstWithTopicIds);
        Assert.That(active, Has.Count.EqualTo(20));
        session.TryAnswer(session.Epoch, active, _ => NextLook.OnceWoken);
        Assert.That(session.Look(FetchedPartition.FirstWithTopicIds).Active, Is.Empty);
        await Produce(partitions[7]);
        (active, _) = session.Look(FetchedPartition.FirstWithTopicIds);
        Assert.That(active.Select(one => one.Name.Id), Is.EqualTo(new[] { partitions[7].Id.TopicId }));
        session.Close();
    }

    private async Task<PartitionHandle[]> Create(int count, bool isLed = true)
    {
        var partitions = new PartitionHandle[count];
        for (int i = 0; i < count; i++) partitions[i] = await Create($"topic-{i}", isLed: isLed);
        return partitions;
    }

    private Task<PartitionProtocol.Appended> Produce(PartitionHandle partition) =>
        Ask(partition.Actor!, Append(partition, Batch("a")));

    private Task<FetchResponse> Ask(FetchRequest request, short version = 17) =>
        Fetch(request, version).AnswerAsync<FetchResponse>();

    private static FetchRequest Session(int id, int epoch, PartitionHandle[] partitions) =>
        Session(id, epoch, [.. partitions.Select(partition => (partition, 0L))]);

    private static FetchRequest Session(int id, int epoch, params (PartitionHandle Partition, long Offset)[] named) =>
        Session(id, epoch, epoch == 0 ? 1 : 10, named);

    private static FetchRequest Session(
        int id, int epoch, int maxWaitMs, params (PartitionHandle Partition, long Offset)[] named) => new()
    {
        SessionId = id,
        SessionEpoch = epoch,
        MaxWaitMs = maxWaitMs,
        MinBytes = 1,
        MaxBytes = 1024 * 1024,
        Topics = [.. named.Select(one => new FetchRequest.FetchTopic
        {
            TopicId = one.Partition.Id.TopicId,
            Partitions = [new() { FetchOffset = one.Offset, PartitionMaxBytes = 1024 * 1024 }],
        })],
    };

    private static FetchResponse.PartitionData Row(FetchResponse response) => response.Responses[0].Partitions[0];

    private static List<TopicId> Topics(FetchResponse response) =>
        [.. response.Responses.Select(topic => topic.TopicId)];

    private static TopicId WithRecords(FetchResponse response) =>
        response.Responses.Single(topic => topic.Partitions[0].Records!.SizeInBytes > 0).TopicId;
}
