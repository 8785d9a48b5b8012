using KafkaActors.Client;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Protocol;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>A client actor of this process as a member, which reads in the background.</summary>
internal sealed class ActorMember : IRebalanceListener, IAsyncDisposable
{
    private readonly RecordConsumer _consumer;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    public ActorMember(
        KafkaActorsClient client,
        string group,
        TopicSubscription topics,
        Func<ConsumerSettings, ConsumerSettings> settings)
    {
        _consumer = client.CreateRecordConsumer(settings(ConsumerSettings.Default with
        {
            GroupId = group,
            AutoOffsetReset = OffsetReset.Earliest,
            HeartbeatInterval = TimeSpan.FromMilliseconds(200),
        }));
        _consumer.Subscribe(topics, this);
        _reading = ReadAsync();
    }

    /// <summary>As <c>a-0 b-0</c>.</summary>
    public string Assignment => string.Join(' ', _consumer.Assignment.Select(partition => $"{partition}").Order());

    public int Lost { get; private set; }

    public KafkaException? Fault { get; private set; }

    public ValueTask PartitionsLostAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        Lost += partitions.Count;
        return default;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        await _consumer.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (FetchedRecord _ in _consumer.ReadAllAsync(_stop.Token))
            {
                // What counts here is who is given what.
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop.
        }
        catch (KafkaException fault)
        {
            Fault = fault;
        }
    }
}
