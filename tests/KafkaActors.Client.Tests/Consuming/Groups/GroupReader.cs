using System.Collections.Concurrent;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Consuming;
using KafkaActors.Client.Tests.FakeNodes;
using KafkaActors.Protocol;

namespace KafkaActors.Client.Tests.Consuming.Groups;

/// <summary>A consumer that reads in the background, and notes what it reads and hears.</summary>
internal sealed class GroupReader : IRebalanceListener, IAsyncDisposable
{
    private readonly KafkaActorsClient _client;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _reading;

    private GroupReader(KafkaActorsClient client, ConsumerSettings settings, TopicSubscription topics)
    {
        _client = client;
        Consumer = client.CreateRecordConsumer(settings);
        Consumer.Subscribe(topics, this);
        _reading = ReadAsync();
    }

    public RecordConsumer Consumer { get; }

    /// <summary><c>+t-0 t-1</c>, <c>-t-1</c>, <c>lost t-0</c>.</summary>
    public ConcurrentQueue<string> Heard { get; } = [];

    public ConcurrentQueue<(TopicPartition Partition, long Offset)> Read { get; } = [];

    public Exception? Fault { get; private set; }

    /// <summary>Runs while partitions are being revoked.</summary>
    public Func<RecordConsumer, Task> OnRevoked { get; set; } = _ => Task.CompletedTask;

    public string Assignment => string.Join(' ', Consumer.Assignment.Select(partition => $"{partition}").Order());

    public static async Task<GroupReader> StartAsync(
        FakeNode node, CancellationToken timeout, TopicSubscription? topics = null, string overlay = "")
    {
        KafkaActorsClient client = await TestClient.StartAsync(node, timeout, overlay);
        ConsumerSettings settings = ConsumerSettings.From(TestClient.Overlay(overlay)) with { GroupId = "g" };
        return new GroupReader(client, settings, topics ?? TopicSubscription.Of("t"));
    }

    public ValueTask PartitionsAssignedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        Heard.Enqueue($"+{string.Join(' ', partitions)}");
        return default;
    }

    public async ValueTask PartitionsRevokedAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        await OnRevoked(Consumer);
        Heard.Enqueue($"-{string.Join(' ', partitions)}");
    }

    public ValueTask PartitionsLostAsync(
        IReadOnlyCollection<TopicPartition> partitions, CancellationToken cancellationToken)
    {
        Heard.Enqueue($"lost {string.Join(' ', partitions)}");
        return default;
    }

    /// <summary>Reads no more; the consumer stays.</summary>
    public async Task StopReadingAsync()
    {
        await _stop.CancelAsync();
        await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        await StopReadingAsync();
        await Consumer.DisposeAsync();
        await _client.DisposeAsync();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            await foreach (FetchedRecord record in Consumer.ReadAllAsync(_stop.Token))
                Read.Enqueue((record.Partition, record.Record.Offset));
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
