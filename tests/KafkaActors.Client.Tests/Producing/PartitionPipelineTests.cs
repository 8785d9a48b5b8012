using KafkaActors.Client.Configuration;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Records;

namespace KafkaActors.Client.Tests.Producing;

/// <summary>What an answer means for a batch and for those behind it.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PartitionPipelineTests
{
    private readonly ProducerSettings _settings = ProducerSettings.Default;
    private readonly PartitionPipeline _pipeline = new(ProducerSettings.Default);
    private readonly PartitionQueue _queue;

    public PartitionPipelineTests()
    {
        var accumulator = new RecordAccumulator(_settings, TimeProvider.System, 0);
        _queue = new PartitionQueue(
            new TopicPartition("t", 0), _settings, accumulator.Builders, accumulator.Budget, TimeProvider.System);
        _pipeline.StartProducer(7, 0);
    }

    [Test]
    public void Sequences_count_records()
    {
        ProducerBatch first = Add(3);
        ProducerBatch second = Add(2);
        Assert.That(first.Sequence, Is.EqualTo(new ProducerSequence(7, 0, 0)));
        Assert.That(second.Sequence, Is.EqualTo(new ProducerSequence(7, 0, 3)));
    }

    [Test]
    public void No_more_than_five_batches_are_under_way()
    {
        for (int i = 0; i < 5; i++)
        {
            Assert.That(_pipeline.CanTakeNew, Is.True);
            Add(1);
        }

        Assert.That(_pipeline.CanTakeNew, Is.False);
    }

    [TestCase(ErrorCode.None, PipelineVerdict.Complete)]
    [TestCase(ErrorCode.DuplicateSequenceNumber, PipelineVerdict.Complete)]
    [TestCase(ErrorCode.NotLeaderOrFollower, PipelineVerdict.Retry)]
    [TestCase(ErrorCode.NetworkException, PipelineVerdict.Retry)]
    [TestCase(ErrorCode.MessageTooLarge, PipelineVerdict.Fail)]
    [TestCase(ErrorCode.OutOfOrderSequenceNumber, PipelineVerdict.Rewrite)]
    public void The_first_batch_is_judged_by_its_error(ErrorCode error, object verdict) =>
        Assert.That(_pipeline.Answer(Add(1), error), Is.EqualTo(verdict));

    [Test]
    public void A_gap_before_a_later_batch_is_waited_for()
    {
        ProducerBatch first = Add(1);
        ProducerBatch second = Add(1);
        Assert.That(_pipeline.Answer(second, ErrorCode.OutOfOrderSequenceNumber), Is.EqualTo(PipelineVerdict.Retry));
        Assert.That(_pipeline.CanTakeNew, Is.False);
        Assert.That(_pipeline.IsIdle, Is.False);
        Assert.That(_pipeline.Answer(first, ErrorCode.None), Is.EqualTo(PipelineVerdict.Complete));
        Assert.That(_pipeline.IsIdle, Is.True);
        Assert.That(_pipeline.Batches, Is.EqualTo(new[] { second }));
    }

    [Test]
    public void Batches_go_again_in_their_order()
    {
        ProducerBatch[] batches = [Add(1), Add(1), Add(1)];
        foreach (ProducerBatch batch in batches.Reverse()) _pipeline.Answer(batch, ErrorCode.NetworkException);
        List<ProducerBatch> again = [];
        _pipeline.Resend(again.Add);
        Assert.That(again, Is.EqualTo(batches));
        Assert.That(batches.Select(batch => batch.Attempts), Is.All.EqualTo(2));
    }

    [Test]
    public void A_gap_that_will_not_close_begins_a_new_epoch_at_sequence_zero()
    {
        ProducerBatch lost = Add(4);
        ProducerBatch second = Add(3);
        ProducerBatch third = Add(2);
        _pipeline.Answer(lost, ErrorCode.InvalidTimestamp);
        Assert.That(_pipeline.Answer(second, ErrorCode.OutOfOrderSequenceNumber), Is.EqualTo(PipelineVerdict.Rewrite));
        _pipeline.Answer(third, ErrorCode.OutOfOrderSequenceNumber);
        _pipeline.Rewrite(7, 1);
        Assert.That(second.Sequence, Is.EqualTo(new ProducerSequence(7, 1, 0)));
        Assert.That(third.Sequence, Is.EqualTo(new ProducerSequence(7, 1, 3)));
        Assert.That(RecordBatch.TryRead(third.Bytes, out RecordBatch bytes), Is.True);
        Assert.That(bytes.IsCrcValid(), Is.True);
        Assert.That(bytes.BaseSequence, Is.EqualTo(3));
    }

    private ProducerBatch Add(int records)
    {
        var batch = new ProducerBatch(_queue, new RecordBatchBuilder(1000), 1000, 0);
        for (int i = 0; i < records; i++) batch.TryAppend(new ProducerRecord("t", null, null), 1, null, 0);
        _pipeline.Add(batch);
        return batch;
    }
}
