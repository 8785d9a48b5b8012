using KafkaActors.Coordination.Coordinators;
using KafkaActors.Coordination.Groups;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Coordination.Tests.Coordinators;

public sealed class GatheredAppendsTests
{
    private const int MaxBytes = 1_048_588;

    private static readonly TimeSpan Linger = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, long> _lastIds = [];
    private GatheredAppends<string> _appends = null!;
    private TimeSpan _now;

    [SetUp]
    public void Begin()
    {
        _appends = new GatheredAppends<string>(Linger, AnswerTime);
        _lastIds.Clear();
        _now = TimeSpan.FromDays(1);
    }

    [Test]
    public void What_comes_alone_goes_at_once_and_what_comes_meanwhile_goes_together()
    {
        Add("a", Record(1));
        GatheredBatch first = Taken().Single();
        Add("b", Record(2));
        Add("c", Record(3));
        Assert.That(Taken(), Is.Empty);

        Assert.That(Answered(first), Is.EqualTo(new[] { Done("a", 1) }));
        GatheredBatch second = Taken().Single();

        Assert.That(Numbers(second), Is.EqualTo(new[] { 2, 3 }));
        Assert.That(Answered(second), Is.EqualTo(new[] { Done("b", 1), Done("c", 1) }));
        Assert.That((Taken(), _appends.DueAt, _appends.OverdueAt), Is.EqualTo((Array.Empty<GatheredBatch>(),
            (TimeSpan?)null, (TimeSpan?)null)));
    }

    [Test]
    public void Records_wait_for_a_slow_batch_no_longer_than_they_linger()
    {
        Add("a", Record(1));
        Taken();
        Add("b", Record(2));
        Assert.That(_appends.DueAt, Is.EqualTo(_now + Linger));
        _now += Linger / 2;
        Add("c", Record(3));
        Assert.That(Taken(), Is.Empty);

        _now += Linger / 2;

        Assert.That(Numbers(Taken().Single()), Is.EqualTo(new[] { 2, 3 }));
    }

    [Test]
    public void A_full_batch_waits_for_nothing_and_no_batch_is_greater_than_the_log_takes()
    {
        Add("a", Record(0));
        Taken();
        int two = SizeOf([Record(1), Record(2)]);
        for (int number = 1; number <= 5; number++) Add("a", [Record(number)], two);

        IReadOnlyList<GatheredBatch> full = Taken();

        Assert.That(full.SelectMany(Numbers), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(full.Select(batch => SizeOf(batch.Records)), Is.All.EqualTo(two));
    }

    [Test]
    public void A_result_that_fits_into_one_batch_is_never_spread_over_two()
    {
        Add("a", Record(0));
        Taken();
        int three = SizeOf([Record(1), Record(2), Record(3)]);
        Add("a", [Record(1), Record(2)], three);
        Add("b", [Record(3), Record(4)], three);
        _now += Linger;

        Assert.That(Taken().Select(Numbers), Is.EqualTo(new[] { new[] { 1, 2 }, new[] { 3, 4 } }));
    }

    [Test]
    public void A_result_of_ten_thousand_records_is_done_when_the_last_of_its_batches_is()
    {
        CoordinatorRecord[] records = [.. Enumerable.Range(0, 10_000).Select(Record)];
        Add("a", records, MaxBytes);
        List<GatheredBatch> batches = [.. Taken()];
        _now += Linger;
        GatheredBatch[] all = [.. batches, .. Taken()];

        int[] sizes = [.. all.Select(batch => SizeOf(batch.Records))];
        Assert.That(sizes, Has.Length.GreaterThan(2));
        Assert.That(sizes, Is.All.LessThanOrEqualTo(MaxBytes));
        Assert.That(sizes[..^1], Is.All.GreaterThan(MaxBytes - SizeOf([records[0]])), "none is smaller than need be");
        foreach (GatheredBatch batch in all[1..]) Assert.That(Answered(batch), Is.Empty);
        Assert.That(Answered(all[0]), Is.EqualTo(new[] { Done("a", 1) }), "whatever the order of the answers");
    }

    [Test]
    public void A_record_that_does_not_fit_at_all_is_left_to_the_log_to_refuse()
    {
        Add("a", [Record(1), Record(2)], maxBytes: 100);
        _now += Linger;
        Assert.That(Taken().Select(Numbers), Is.EqualTo(new[] { new[] { 1 }, new[] { 2 } }));
    }

    [Test]
    public void A_failed_batch_fails_those_with_records_in_it_and_nobody_else()
    {
        Add("a", Record(1));
        GatheredBatch first = Taken().Single();
        Add("a", Record(2));
        Add("b", Record(3));
        _now += Linger;
        GatheredBatch sent = Taken().Single();
        Add("c", Record(4));
        Add("b", Record(5));
        Add("a", Record(6));

        Assert.That(
            Answered(sent, ErrorCode.KafkaStorageError),
            Is.EqualTo(new[]
            {
                Failed("a", 2, ErrorCode.KafkaStorageError), Failed("b", 1, ErrorCode.KafkaStorageError),
            }));
        Assert.That(Answered(first), Is.EqualTo(new[] { Done("a", 1) }));
        GatheredBatch next = Taken().Single();
        Assert.That(Numbers(next), Is.EqualTo(new[] { 4 }), "of who has failed nothing more is sent");
        Assert.That(Answered(next), Is.EqualTo(new[] { Done("c", 1) }));
    }

    [Test]
    public void A_result_of_several_batches_fails_once_and_its_other_batches_say_nothing()
    {
        Add("a", [Record(1), Record(2)], maxBytes: 100);
        _now += Linger;
        List<GatheredBatch> both = Taken();

        Assert.That(Answered(both[1], ErrorCode.MessageTooLarge), Is.EqualTo(new[]
        {
            Failed("a", 1, ErrorCode.MessageTooLarge),
        }));
        Assert.That(Answered(both[0]), Is.Empty);
    }

    [Test]
    public void A_batch_that_nobody_answers_is_given_up_in_time_and_a_late_answer_changes_nothing()
    {
        Add("a", Record(1));
        GatheredBatch lost = Taken().Single();
        Assert.That(_appends.OverdueAt, Is.EqualTo(_now + AnswerTime));
        _now += TimeSpan.FromSeconds(1);
        Add("b", Record(2));
        _now += Linger;
        GatheredBatch later = Taken().Single();

        _now = TimeSpan.FromDays(1) + AnswerTime;
        Assert.That(_appends.Expire(_now), Is.EqualTo(new[] { Failed("a", 1, ErrorCode.RequestTimedOut) }));
        Assert.That(Answered(lost), Is.Empty);
        Assert.That(Answered(later), Is.EqualTo(new[] { Done("b", 1) }));
    }

    [Test]
    public void What_an_owner_that_is_gone_had_gathered_is_not_sent()
    {
        Add("a", Record(1));
        Taken();
        int one = SizeOf([Record(1)]);
        Add("b", [Record(2)], one);
        Add("c", [Record(3)], one);
        Add("b", [Record(4)], one);

        _appends.Drop("b");
        _now += Linger;

        Assert.That(Taken().Select(Numbers), Is.EqualTo(new[] { new[] { 3 } }));
    }

    private static CoordinatorRecord Record(int number) => new(
        GroupRecordTypes.OffsetCommit,
        new OffsetCommitKey { Group = "g", Topic = new string('t', 249), Partition = number },
        null,
        0);

    private static int[] Numbers(GatheredBatch batch) =>
        [.. batch.Records.Select(record => ((OffsetCommitKey)record.Key).Partition)];

    private static int SizeOf(IReadOnlyList<CoordinatorRecord> records)
    {
        var builder = new RecordBatchBuilder(int.MaxValue);
        foreach (CoordinatorRecord record in records) builder.TryAppend(1, record.EncodedKey, record.EncodedValue);
        return builder.Build().Length;
    }

    private static AppendOutcome<string> Done(string owner, long id) => new(owner, id, ErrorCode.None);

    private static AppendOutcome<string> Failed(string owner, long id, ErrorCode error) => new(owner, id, error);

    private void Add(string owner, CoordinatorRecord record) => Add(owner, [record], MaxBytes);

    private void Add(string owner, IReadOnlyList<CoordinatorRecord> records, int maxBytes)
    {
        long id = _lastIds[owner] = _lastIds.GetValueOrDefault(owner) + 1;
        _appends.Add(owner, id, records, maxBytes, _now);
    }

    private List<GatheredBatch> Taken()
    {
        var batches = new List<GatheredBatch>();
        while (_appends.TryTake(_now, out GatheredBatch batch)) batches.Add(batch);
        return batches;
    }

    private IReadOnlyList<AppendOutcome<string>> Answered(GatheredBatch batch, ErrorCode error = ErrorCode.None) =>
        _appends.Answered(batch.Id, error);
}
