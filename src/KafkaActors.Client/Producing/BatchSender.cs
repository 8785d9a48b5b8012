using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.Protocol.Wire;

namespace KafkaActors.Client.Producing;

/// <summary>
/// Takes batches that are full or have lingered out of the accumulator, sends each to its partition's leader, and acts
/// on the answers as the <see cref="PartitionPipeline"/> judges them. Every batch is completed once: by an answer, by
/// its delivery timeout, or when the producer ends. Owned by one <see cref="ProducerActor"/>.
/// </summary>
internal sealed class BatchSender(
    IWithTimers actor,
    RecordAccumulator accumulator,
    ProducerTopics topics,
    ProducerIdentity identity,
    ProducerSettings settings,
    ClientSettings client)
{
    /// <summary>Beyond the time that the node has for the ISR: its answer is on its way.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time = accumulator.Time;
    private readonly Backoff _backoff = new(client.RetryBackoff, client.RetryBackoffMax);
    private readonly HashSet<PartitionQueue> _active = [];
    private readonly HashSet<PartitionQueue> _lingering = [];
    private long _lingerDue = long.MaxValue;

    /// <summary>Why nothing went forward lately; a record that is overdue is told.</summary>
    public string LastFault { get; set; } = "no node answered yet.";

    public void DrainSignalled()
    {
        accumulator.ClearWake();
        while (accumulator.TryTakeSignalled(out PartitionQueue? queue))
        {
            queue!.ClearSignal();
            _active.Add(queue);
            Drain(queue);
        }

        if (accumulator.Budget.IsExhausted) DrainLingering();
    }

    public void DrainActive()
    {
        foreach (PartitionQueue queue in _active.ToArray()) Drain(queue);
    }

    public void DrainLingering()
    {
        _lingerDue = long.MaxValue;
        List<PartitionQueue> due = [.. _lingering];
        _lingering.Clear();
        foreach (PartitionQueue queue in due) Drain(queue);
    }

    public void Drain(PartitionQueue queue)
    {
        PartitionPipeline pipeline = queue.Pipeline;
        if (topics.Leader(queue.Name) is not { } leader)
        {
            if (_active.Contains(queue)) topics.AwaitChange();
            return;
        }

        if (!identity.IsReady || !ResolveRewrite(pipeline)) return;
        if (pipeline.HasRetries)
        {
            if (!pipeline.IsIdle || pipeline.RetryAt > _time.GetTimestamp()) return;
            pipeline.Resend(batch => Send(batch, leader));
        }

        while (pipeline.CanTakeNew)
        {
            if (queue.Take(accumulator.Budget.IsExhausted, out long lingersUntil) is not { } batch)
            {
                if (lingersUntil >= 0) Linger(queue, lingersUntil);
                else if (pipeline.IsEmpty) _active.Remove(queue);
                return;
            }

            SendNew(batch, leader);
        }
    }

    public void Expire()
    {
        long limit = _time.GetTimestamp() - Ticks(settings.DeliveryTimeout);
        foreach (PartitionQueue queue in _active.ToArray())
        {
            foreach (ProducerBatch batch in queue.Pipeline.Batches.ToArray())
            {
                if (batch.IsUnderWay || batch.Created > limit) continue;
                queue.Pipeline.Drop(batch);
                Complete(batch, -1, -1, Overdue(queue));
            }

            while (queue.TakeOlderThan(limit) is { } waiting) Complete(waiting, -1, -1, Overdue(queue));
            Drain(queue);
        }
    }

    public void Answer(ConnectionProtocol.Answered answered)
    {
        var attempt = (Attempt)answered.Tag;
        var answer = BatchAnswer.Of(answered, settings.Acks);
        ProducerBatch batch = attempt.Batch;
        if (!batch.IsUnderWay || batch.Attempts != attempt.Number) return;
        PartitionQueue queue = batch.Queue;
        if (answer.Leader is { } leader) topics.Follow(queue.Name, leader.Node, leader.Epoch);
        if (answer.Error.IsStaleMetadata()) topics.Refresh();
        switch (queue.Pipeline.Answer(batch, answer.Error))
        {
            case PipelineVerdict.Complete: Complete(batch, answer.BaseOffset, answer.LogAppendTimeMs, null); break;
            case PipelineVerdict.Fail: Complete(batch, -1, -1, Fault(queue, answer.Error, answer.Message)); break;
            case PipelineVerdict.Retry: RetryLater(batch, answer); break;
            case PipelineVerdict.Rewrite: break;
        }

        Drain(queue);
    }

    public void Flush(TaskCompletionSource done)
    {
        var waiter = new FlushWaiter(done);
        foreach (PartitionQueue queue in accumulator.Queues)
        {
            queue.Flush(waiter);
            foreach (ProducerBatch batch in queue.Pipeline.Batches)
            {
                waiter.BatchAdded();
                batch.AddFlush(waiter);
            }

            _active.Add(queue);
            Drain(queue);
        }

        waiter.AllAdded();
    }

    /// <summary>Nothing that waits to be sent for the first time can be sent.</summary>
    public void FailWaiting(KafkaException error)
    {
        foreach (PartitionQueue queue in _active) FailWaiting(queue, error);
    }

    /// <summary>Nothing is sent any more; whatever has no answer fails.</summary>
    public void FailEverything(KafkaException error)
    {
        foreach (PartitionQueue queue in accumulator.Queues)
        {
            foreach (ProducerBatch batch in queue.Pipeline.Batches) Complete(batch, -1, -1, error);
            FailWaiting(queue, error);
        }
    }

    private void FailWaiting(PartitionQueue queue, KafkaException error)
    {
        while (queue.Take(true, out _) is { } waiting) Complete(waiting, -1, -1, error);
    }

    private void SendNew(ProducerBatch batch, PartitionLeader leader)
    {
        PartitionPipeline pipeline = batch.Queue.Pipeline;
        if (pipeline.IsEmpty && !identity.IsCurrentOf(pipeline))
            pipeline.StartProducer(identity.ProducerId, identity.ProducerEpoch);
        pipeline.Add(batch);
        accumulator.Builders.Return(batch.Builder);
        int excess = batch.ReservedBytes - batch.Bytes.Length;
        if (excess > 0)
        {
            batch.ReservedBytes -= excess;
            accumulator.Budget.Release(excess);
        }

        Send(batch, leader);
    }

    private void Send(ProducerBatch batch, PartitionLeader leader)
    {
        TimeSpan left = settings.DeliveryTimeout - _time.GetElapsedTime(batch.Created);
        TimeSpan timeout = left < client.RequestTimeout ? left : client.RequestTimeout;
        if (timeout < TimeSpan.FromMilliseconds(1)) timeout = TimeSpan.FromMilliseconds(1);
        leader.Connection.Tell(new ConnectionProtocol.Ask(
            new Attempt(batch, batch.Attempts), RequestFor(batch, timeout), timeout + AnswerTime));
    }

    private ProduceRequest RequestFor(ProducerBatch batch, TimeSpan timeout)
    {
        TopicPartition name = batch.Queue.Name;
        return new ProduceRequest
        {
            Acks = (short)settings.Acks,
            TimeoutMs = (int)timeout.TotalMilliseconds,
            TopicData =
            [
                new()
                {
                    Name = name.Topic,
                    PartitionData = [new() { Index = name.Partition, Records = new MemoryRecords(batch.Bytes) }],
                },
            ],
        };
    }

    private void RetryLater(ProducerBatch batch, in BatchAnswer answer)
    {
        LastFault = answer.Message ?? answer.Error.ToString();
        TimeSpan pause = _backoff.After(batch.Attempts - 1);
        PartitionQueue queue = batch.Queue;
        queue.Pipeline.RetryAt = _time.GetTimestamp() + Ticks(pause);
        actor.Timers.StartSingleTimer(queue, new RetryTick(queue), pause + TimeSpan.FromMilliseconds(1));
    }

    private void Complete(ProducerBatch batch, long baseOffset, long appendTimeMs, KafkaException? error)
    {
        accumulator.Budget.Release(batch.ReservedBytes);
        batch.Complete(baseOffset, appendTimeMs, error);
    }

    private void Linger(PartitionQueue queue, long until)
    {
        _lingering.Add(queue);
        if (until >= _lingerDue) return;
        _lingerDue = until;
        TimeSpan pause = TimeSpan.FromSeconds((until - _time.GetTimestamp()) / (double)_time.TimestampFrequency);
        actor.Timers.StartSingleTimer(
            LingerTick.Instance, LingerTick.Instance, pause > TimeSpan.Zero ? pause : TimeSpan.FromMilliseconds(1));
    }

    /// <summary>
    /// False while the partition's batches wait for a new epoch, or for the answers that come before it.
    /// </summary>
    private bool ResolveRewrite(PartitionPipeline pipeline)
    {
        if (!pipeline.NeedsRewrite) return true;
        if (identity.IsCurrentOf(pipeline))
        {
            identity.Request();
            return false;
        }

        if (!pipeline.IsIdle) return false;
        pipeline.Rewrite(identity.ProducerId, identity.ProducerEpoch);
        return true;
    }

    private KafkaException Overdue(PartitionQueue queue) => new(
        ErrorCode.RequestTimedOut,
        $"Records for {queue.Name} were not stored within delivery.timeout.ms "
        + $"({settings.DeliveryTimeout.TotalMilliseconds:0}): {LastFault}");

    private static KafkaException Fault(PartitionQueue queue, ErrorCode error, string? message) =>
        new(error, $"Records for {queue.Name} were not stored: {error}{(message is null ? "." : $", {message}")}");

    private long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * _time.TimestampFrequency);

    internal sealed record RetryTick(PartitionQueue Queue) : INoSerializationVerificationNeeded;

    internal sealed class LingerTick : INoSerializationVerificationNeeded
    {
        public static readonly LingerTick Instance = new();
    }

    private sealed record Attempt(ProducerBatch Batch, int Number);
}
