using Akka.Actor;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Supervision;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Producing;

/// <summary>
/// Sends records as bytes, from any thread. A send completes when the record is in the buffer, which waits while the
/// buffer is full; what became of it is told to the record's handler.
/// </summary>
public sealed class RecordProducer : IAsyncDisposable
{
    private readonly RecordAccumulator _accumulator;
    private readonly ICanTell _actor;
    private readonly ProducerSettings _settings;
    private readonly TimeProvider _time;

    internal RecordProducer(
        RecordAccumulator accumulator, ICanTell actor, ProducerSettings settings, TimeProvider time)
    {
        _accumulator = accumulator;
        _actor = actor;
        _settings = settings;
        _time = time;
    }

    /// <summary>Sends without waiting; false, and nothing sent, when it would have to wait.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public bool TrySend(in ProducerRecord record, IDeliveryHandler? handler = null, long token = 0) =>
        _accumulator.Append(record, handler, token) == AppendResult.Appended;

    /// <param name="handler">Null: nobody is told.</param>
    /// <param name="token">Comes back with the delivery.</param>
    /// <exception cref="KafkaException">
    /// <see cref="ErrorCode.MessageTooLarge"/>, <see cref="ErrorCode.UnknownTopicOrPartition"/>,
    /// <see cref="ErrorCode.InvalidTopicException"/>: it can never be sent. <see cref="ErrorCode.RequestTimedOut"/>:
    /// there was no room, or no metadata, within <c>max.block.ms</c>.
    /// </exception>
    public ValueTask SendAsync(
        in ProducerRecord record,
        IDeliveryHandler? handler = null,
        long token = 0,
        CancellationToken cancellationToken = default) =>
        _accumulator.Append(record, handler, token) == AppendResult.Appended
            ? ValueTask.CompletedTask
            : QueueUp(record, handler, token, cancellationToken);

    /// <summary>Sends one record and waits until it is stored as <c>acks</c> asks for.</summary>
    /// <exception cref="KafkaException">It was not stored, as far as is known; the error says why.</exception>
    public async Task<Delivery> ProduceAsync(ProducerRecord record, CancellationToken cancellationToken = default)
    {
        var delivered = new DeliverySource();
        await SendAsync(record, delivered, 0, cancellationToken).ConfigureAwait(false);
        return await delivered.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Completes when every record sent before is stored or has failed; nothing lingers meanwhile.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Tell(new ProducerActor.StartFlush(done));
        await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The number of a topic's partitions, as soon as it is known.</summary>
    /// <inheritdoc cref="SendAsync"/>
    public async Task<int> PartitionCountAsync(string topic, CancellationToken cancellationToken = default)
    {
        long started = _time.GetTimestamp();
        await WaitForRouteAsync(topic, started, cancellationToken).ConfigureAwait(false);
        return _accumulator.Route(topic).Queues.Length;
    }

    /// <summary>Takes no more records, waits for those it has, and stops.</summary>
    public async ValueTask DisposeAsync()
    {
        Close();
        if (_actor is not ClientChild child) return;
        TimeSpan limit = _settings.DeliveryTimeout + TimeSpan.FromSeconds(5);
        await Task.WhenAny(FlushAsync(), child.Ended).WaitAsync(limit, _time).ConfigureAwait(false);
        child.Stop();
        await child.Ended.WaitAsync(TimeSpan.FromSeconds(5), _time).ConfigureAwait(false);
    }

    /// <summary>Takes no more records.</summary>
    internal void Close() => _accumulator.Close();

    private void Tell(object message) => _actor.Tell(message, ActorRefs.NoSender);

    private ValueTask QueueUp(
        ProducerRecord record, IDeliveryHandler? handler, long token, CancellationToken cancellationToken) =>
        new(_accumulator.Route(record.Topic).QueueUp(() => SendSlowlyAsync(record, handler, token, cancellationToken)));

    private async Task SendSlowlyAsync(
        ProducerRecord record, IDeliveryHandler? handler, long token, CancellationToken cancellationToken)
    {
        long started = _time.GetTimestamp();
        while (true)
        {
            switch (_accumulator.Append(record, handler, token, inTurn: true))
            {
                case AppendResult.Appended: return;
                case AppendResult.NoRoute:
                    await WaitForRouteAsync(record.Topic, started, cancellationToken).ConfigureAwait(false);
                    break;
                case AppendResult.NoRoom:
                    await WaitForRoomAsync(record, started, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    private async Task WaitForRouteAsync(string topic, long started, CancellationToken cancellationToken)
    {
        TopicRoute route = _accumulator.Route(topic);
        route.BeginWait();
        if (!route.Known.IsCompleted) Tell(new ProducerActor.TrackTopic(topic));
        try
        {
            await route.Known.WaitAsync(Left(started), _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new KafkaException(
                ErrorCode.RequestTimedOut,
                $"Topic '{topic}' is not in the metadata after max.block.ms "
                + $"({_settings.MaxBlock.TotalMilliseconds:0}).");
        }
        finally
        {
            if (route.EndWait() && !route.Known.IsCompleted) Tell(new ProducerActor.UntrackTopic(topic));
        }
    }

    private async Task WaitForRoomAsync(ProducerRecord record, long started, CancellationToken cancellationToken)
    {
        Task room = _accumulator.Budget.WaitForRoom(_accumulator.RoomFor(record));
        _accumulator.Wake();
        try
        {
            await room.WaitAsync(Left(started), _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new KafkaException(
                ErrorCode.RequestTimedOut,
                $"buffer.memory was full for max.block.ms ({_settings.MaxBlock.TotalMilliseconds:0}).");
        }
    }

    private TimeSpan Left(long started)
    {
        TimeSpan left = _settings.MaxBlock - _time.GetElapsedTime(started);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }
}
