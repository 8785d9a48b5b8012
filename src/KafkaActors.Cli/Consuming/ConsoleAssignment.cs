using KafkaActors.Cli.Clients;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Consuming;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Consuming;

/// <summary>
/// Which partitions a console consumer reads: those of the topics chosen, and those that come to be while it runs,
/// which it reads from their beginning. Looks for new ones only while there is nothing to read.
/// </summary>
internal sealed class ConsoleAssignment(
    KafkaActorsClient client, RecordConsumer consumer, ConsoleConsumerSettings settings) : IConsoleInput
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan RefreshIntervalWithoutTopic = TimeSpan.FromSeconds(1);

    private readonly Dictionary<TopicPartition, StartOffset> _starts = [];

    /// <exception cref="ToolException">The one partition asked for does not exist.</exception>
    public async Task BeginAsync(CancellationToken stop)
    {
        await AddNewAsync(settings.Start, stop).ConfigureAwait(false);
        if (_starts.Count > 0 || settings.Topics.Name is not { } name) return;
        if (settings.Partition is { } partition && await TopicList.FindAsync(client, name, stop).ConfigureAwait(false)
            is { } topic)
        {
            throw new ToolException(
                $"topic '{name}' has no partition {partition}: it has {topic.Partitions.Count} partitions.");
        }

        // Reading a topic that does not exist creates it where the cluster allows that, and waits for it where not.
        _starts[new TopicPartition(name, settings.Partition ?? 0)] = settings.Start;
        Assign();
    }

    public Task EndAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask<bool> WaitToReadAsync(CancellationToken stop)
    {
        while (true)
        {
            using var refresh = CancellationTokenSource.CreateLinkedTokenSource(stop);
            refresh.CancelAfter(_starts.Count > 0 ? RefreshInterval : RefreshIntervalWithoutTopic);
            try
            {
                return await consumer.WaitToReadAsync(refresh.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                await AddNewAsync(StartOffset.Beginning, stop).ConfigureAwait(false);
            }
        }
    }

    private async Task AddNewAsync(StartOffset start, CancellationToken stop)
    {
        IReadOnlyList<TopicMetadata> topics = await TopicList.AllAsync(client, stop).ConfigureAwait(false);
        TopicPartition[] added =
        [
            .. topics.Where(topic => settings.Topics.Accepts(topic.Name, topic.IsInternal))
                .SelectMany(TopicList.Partitions)
                .Where(found => settings.Partition is null || found.Partition == settings.Partition)
                .Where(found => !_starts.ContainsKey(found)),
        ];
        if (added.Length == 0) return;
        foreach (TopicPartition partition in added) _starts[partition] = start;
        Assign();
    }

    private void Assign()
    {
        HashSet<TopicPartition> assigned = [.. consumer.Assignment];
        consumer.Assign([.. _starts.Select(pair => new TopicPartitionStart(pair.Key, Start(pair.Key, pair.Value)))]);

        StartOffset Start(TopicPartition partition, StartOffset first)
        {
            long position = assigned.Contains(partition) ? consumer.Position(partition) : -1;
            return position < 0 ? first : StartOffset.At(position);
        }
    }
}
