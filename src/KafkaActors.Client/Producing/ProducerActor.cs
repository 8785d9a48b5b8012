using Akka.Actor;
using KafkaActors.Client.Cluster;
using KafkaActors.Client.Configuration;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Producing;

/// <summary>
/// Sends what the accumulator holds: takes batches that are full or have lingered, sends each to its partition's
/// leader,
/// and acts on the answers as the <see cref="PartitionPipeline"/> judges them. Every batch is completed once: by an
/// answer, or by its delivery timeout.
/// </summary>
internal sealed class ProducerActor : UntypedActor, IWithTimers
{
    private static readonly TimeSpan MaxExpiryInterval = TimeSpan.FromSeconds(1);

    private readonly IActorRef _cluster;
    private readonly RecordAccumulator _accumulator;
    private readonly ProducerSettings _settings;
    private readonly ClientSettings _client;
    private readonly TimeProvider _time;
    private readonly Backoff _backoff;
    private readonly ProducerIdentity _identity;
    private readonly ProducerConversation _conversation;
    private readonly HashSet<PartitionQueue> _active = [];
    private readonly HashSet<PartitionQueue> _lingering = [];
    private ClusterMetadata _metadata = ClusterMetadata.Empty;
    private string _lastFault = "no node answered yet.";
    private long _lingerDue = long.MaxValue;

    /// <param name="shared">What a typed helper fills as well; null: the actor's own.</param>
    public ProducerActor(
        IActorRef cluster,
        RecordAccumulator? shared,
        ProducerSettings settings,
        ClientSettings client,
        TimeProvider time)
    {
        _cluster = cluster;
        _accumulator = shared ?? new RecordAccumulator(settings, time, seed: (int)Self.Path.Uid);
        _settings = settings;
        _client = client;
        _time = time;
        _backoff = new Backoff(client.RetryBackoff, client.RetryBackoffMax);
        _identity = new ProducerIdentity(settings.IsIdempotent);
        _accumulator.Attach(Self);
        var producer = new RecordProducer(_accumulator, Self, settings, time);
        _conversation = new ProducerConversation(producer, Self, settings.BufferMemory);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart()
    {
        Context.Watch(_cluster);
        _cluster.Tell(new ClusterProtocol.Track([], false));
        TimeSpan expiry = _settings.DeliveryTimeout / 10;
        if (expiry > MaxExpiryInterval) expiry = MaxExpiryInterval;
        Timers.StartPeriodicTimer(ExpiryTick.Instance, ExpiryTick.Instance, expiry);
        if (_identity.IsIdempotent) AskForIdentity();
    }

    protected override void PostStop()
    {
        _accumulator.Close();
        var closed = new KafkaException(ErrorCode.NetworkException, "The producer was closed.");
        foreach (PartitionQueue queue in _accumulator.Queues) FailEverything(queue, closed);
        foreach ((_, TopicRoute route) in _accumulator.Routes) route.Reject(closed);
        _conversation.End();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Wake: DrainSignalled(); break;
            case ConnectionProtocol.BatchAnswered answered: Answer((Attempt)answered.Tag, answered); break;
            case LingerTick: DrainLingering(); break;
            case RetryTick retry: Drain(retry.Queue); break;
            case ExpiryTick: Expire(); break;
            case StartFlush flush: Flush(flush.Done); break;
            case TrackTopic track: _cluster.Tell(new ClusterProtocol.Track([track.Topic], true)); break;
            case ClusterProtocol.MetadataChanged changed: Learn(changed.Metadata); break;
            case ClusterProtocol.MetadataFailed failed: _lastFault = failed.Message; break;
            case ConnectionProtocol.Called called: LearnIdentity(called); break;
            case AskIdentityAgain: AskForIdentity(); break;
            default: Converse(message); break;
        }
    }

    private void Converse(object message)
    {
        switch (message)
        {
            case ProducerProtocol.Send send: _conversation.Receive(send, Sender); break;
            case ProducerProtocol.SendAll all: _conversation.Receive(all, Sender); break;
            case ProducerProtocol.Flush flush: _conversation.Receive(flush, Sender); break;
            case ProducerProtocol.Close close: _conversation.Receive(close, Sender); break;
            case ProducerConversation.Admitted admitted: _conversation.Receive(admitted); break;
            case ProducerConversation.CloseDone or Terminated: Context.Stop(Self); break;
        }
    }

    private void DrainSignalled()
    {
        _accumulator.ClearWake();
        while (_accumulator.TryTakeSignalled(out PartitionQueue? queue))
        {
            queue!.ClearSignal();
            _active.Add(queue);
            Drain(queue);
        }

        if (_accumulator.Budget.IsExhausted) DrainLingering();
    }

    private void DrainLingering()
    {
        _lingerDue = long.MaxValue;
        List<PartitionQueue> due = [.. _lingering];
        _lingering.Clear();
        foreach (PartitionQueue queue in due) Drain(queue);
    }

    private void Drain(PartitionQueue queue)
    {
        PartitionPipeline pipeline = queue.Pipeline;
        if (_metadata.Leader(queue.Name) is not { } leader)
        {
            if (_active.Contains(queue)) _cluster.Tell(ClusterProtocol.Refresh.Instance);
            return;
        }

        if (!_identity.IsReady || !ResolveRewrite(pipeline)) return;
        if (pipeline.HasRetries)
        {
            if (!pipeline.IsIdle || pipeline.RetryAt > _time.GetTimestamp()) return;
            pipeline.Resend(batch => Send(batch, leader));
        }

        while (pipeline.CanTakeNew)
        {
            if (queue.Take(_accumulator.Budget.IsExhausted, out long lingersUntil) is not { } batch)
            {
                if (lingersUntil >= 0) Linger(queue, lingersUntil);
                else if (pipeline.IsEmpty) _active.Remove(queue);
                return;
            }

            SendNew(batch, leader);
        }
    }

    private void SendNew(ProducerBatch batch, PartitionLeader leader)
    {
        PartitionPipeline pipeline = batch.Queue.Pipeline;
        if (pipeline.IsEmpty && !_identity.IsCurrentOf(pipeline))
            pipeline.StartProducer(_identity.ProducerId, _identity.ProducerEpoch);
        pipeline.Add(batch);
        _accumulator.Builders.Return(batch.Builder);
        int excess = batch.ReservedBytes - batch.Bytes.Length;
        if (excess > 0)
        {
            batch.ReservedBytes -= excess;
            _accumulator.Budget.Release(excess);
        }

        Send(batch, leader);
    }

    private void Send(ProducerBatch batch, PartitionLeader leader)
    {
        TimeSpan left = _settings.DeliveryTimeout - _time.GetElapsedTime(batch.Created);
        TimeSpan timeout = left < _client.RequestTimeout ? left : _client.RequestTimeout;
        if (timeout < TimeSpan.FromMilliseconds(1)) timeout = TimeSpan.FromMilliseconds(1);
        leader.Connection.Tell(new ConnectionProtocol.SendBatch(
            new Attempt(batch, batch.Attempts), leader.Partition, leader.Epoch, _settings.Acks, timeout, batch.Bytes));
    }

    private void Answer(Attempt attempt, ConnectionProtocol.BatchAnswered answered)
    {
        ProducerBatch batch = attempt.Batch;
        if (!batch.IsUnderWay || batch.Attempts != attempt.Number) return;
        PartitionQueue queue = batch.Queue;
        if (answered.Error.IsStaleMetadata()) _cluster.Tell(ClusterProtocol.Refresh.Instance);
        switch (queue.Pipeline.Answer(batch, answered.Error))
        {
            case PipelineVerdict.Complete:
                Complete(batch, answered.Answer?.BaseOffset ?? -1, answered.Answer?.LogAppendTimeMs ?? -1, null);
                break;
            case PipelineVerdict.Fail:
                Complete(batch, -1, -1, Fault(queue, answered.Error, answered.Message));
                break;
            case PipelineVerdict.Retry: RetryLater(batch, answered); break;
            case PipelineVerdict.Rewrite: break;
        }

        Drain(queue);
    }

    private void RetryLater(ProducerBatch batch, ConnectionProtocol.BatchAnswered answered)
    {
        _lastFault = answered.Message ?? answered.Error.ToString();
        TimeSpan pause = _backoff.After(batch.Attempts - 1);
        PartitionQueue queue = batch.Queue;
        queue.Pipeline.RetryAt = _time.GetTimestamp() + Ticks(pause);
        Timers.StartSingleTimer(queue, new RetryTick(queue), pause + TimeSpan.FromMilliseconds(1));
    }

    private void Complete(ProducerBatch batch, long baseOffset, long appendTimeMs, KafkaException? error)
    {
        _accumulator.Budget.Release(batch.ReservedBytes);
        batch.Complete(baseOffset, appendTimeMs, error);
    }

    private void Linger(PartitionQueue queue, long until)
    {
        _lingering.Add(queue);
        if (until >= _lingerDue) return;
        _lingerDue = until;
        TimeSpan pause = TimeSpan.FromSeconds((until - _time.GetTimestamp()) / (double)_time.TimestampFrequency);
        Timers.StartSingleTimer(
            LingerTick.Instance, LingerTick.Instance, pause > TimeSpan.Zero ? pause : TimeSpan.FromMilliseconds(1));
    }

    private void Expire()
    {
        long limit = _time.GetTimestamp() - Ticks(_settings.DeliveryTimeout);
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

    private void Flush(TaskCompletionSource done)
    {
        var waiter = new FlushWaiter(done);
        foreach (PartitionQueue queue in _accumulator.Queues)
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

    private void FailEverything(PartitionQueue queue, KafkaException error)
    {
        foreach (ProducerBatch batch in queue.Pipeline.Batches) Complete(batch, -1, -1, error);
        while (queue.Take(true, out _) is { } waiting) Complete(waiting, -1, -1, error);
    }

    private KafkaException Overdue(PartitionQueue queue) => new(
        ErrorCode.RequestTimedOut,
        $"Records for {queue.Name} were not stored within delivery.timeout.ms "
        + $"({_settings.DeliveryTimeout.TotalMilliseconds:0}): {_lastFault}");

    private static KafkaException Fault(PartitionQueue queue, ErrorCode error, string? message) =>
        new(error, $"Records for {queue.Name} were not stored: {error}{(message is null ? "." : $", {message}")}");

    private long Ticks(TimeSpan duration) => (long)(duration.TotalSeconds * _time.TimestampFrequency);

    private void Learn(ClusterMetadata metadata)
    {
        _metadata = metadata;
        foreach ((string name, TopicRoute route) in _accumulator.Routes)
        {
            if (metadata.Topic(name) is not { } topic) continue;
            if (topic.Error == ErrorCode.None) route.Resize(topic.Partitions.Count);
            else if (topic.Error.IsRetriable()) _lastFault = $"topic '{name}': {topic.Error}.";
            else Reject(name, route, topic.Error);
            foreach (PartitionQueue queue in route.Queues) queue.HasLeader = metadata.Leader(queue.Name) is not null;
        }

        if (_accumulator.Routes.Any(route => route.Value.Queues.Length == 0))
            _cluster.Tell(ClusterProtocol.Refresh.Instance);
        foreach (PartitionQueue queue in _active.ToArray()) Drain(queue);
    }

    private void Reject(string name, TopicRoute route, ErrorCode error)
    {
        _accumulator.Forget(name);
        route.Reject(new KafkaException(error, $"Topic '{name}' cannot be written to: {error}."));
    }

    /// <summary>
    /// False while the partition's batches wait for a new epoch, or for the answers that come before it.
    /// </summary>
    private bool ResolveRewrite(PartitionPipeline pipeline)
    {
        if (!pipeline.NeedsRewrite) return true;
        if (_identity.IsCurrentOf(pipeline))
        {
            AskForIdentity();
            return false;
        }

        if (!pipeline.IsIdle) return false;
        pipeline.Rewrite(_identity.ProducerId, _identity.ProducerEpoch);
        return true;
    }

    private void AskForIdentity()
    {
        if (_identity.IsAsked) return;
        _identity.IsAsked = true;
        (long id, short epoch) = (_identity.ProducerId, _identity.ProducerEpoch);
        _cluster.Tell(new ClusterProtocol.CallAny(
            Self, call => new ProduceProtocol.InitProducerId(call, id, epoch), _client.RequestTimeout));
    }

    private void LearnIdentity(ConnectionProtocol.Called called)
    {
        var assigned = called.Reply as ProduceProtocol.ProducerIdAssigned;
        ErrorCode error = assigned?.Error ?? called.Error;
        _identity.IsAsked = false;
        if (assigned is not null && error == ErrorCode.None)
        {
            _identity.Assign(assigned.ProducerId, assigned.ProducerEpoch);
            foreach (PartitionQueue queue in _active.ToArray()) Drain(queue);
            return;
        }

        string message = assigned?.Message ?? called.Message ?? error.ToString();
        _lastFault = message;
        if (!error.IsRetriable()) RefuseIdentity(error, message);
        Timers.StartSingleTimer(AskIdentityAgain.Instance, AskIdentityAgain.Instance, _client.RetryBackoff);
    }

    private void RefuseIdentity(ErrorCode error, string message)
    {
        // An id that is no longer taken cannot be raised; the next question is for a new one. Without any id nothing
        // can be sent, so what waits is told why.
        if (_identity.ProducerId >= 0)
        {
            _identity.Forget();
            return;
        }

        var refused = new KafkaException(error, $"The cluster gives no producer id: {message}");
        foreach (PartitionQueue queue in _active.ToArray())
        {
            while (queue.Take(true, out _) is { } waiting) Complete(waiting, -1, -1, refused);
        }
    }

    /// <summary>The accumulator has something new.</summary>
    internal sealed class Wake : INoSerializationVerificationNeeded
    {
        public static readonly Wake Instance = new();
    }

    internal sealed record StartFlush(TaskCompletionSource Done) : INoSerializationVerificationNeeded;

    internal sealed record TrackTopic(string Topic) : INoSerializationVerificationNeeded;

    private sealed record Attempt(ProducerBatch Batch, int Number);

    private sealed record RetryTick(PartitionQueue Queue) : INoSerializationVerificationNeeded;

    private sealed class LingerTick : INoSerializationVerificationNeeded
    {
        public static readonly LingerTick Instance = new();
    }

    private sealed class ExpiryTick : INoSerializationVerificationNeeded
    {
        public static readonly ExpiryTick Instance = new();
    }

    private sealed class AskIdentityAgain : INoSerializationVerificationNeeded
    {
        public static readonly AskIdentityAgain Instance = new();
    }
}
