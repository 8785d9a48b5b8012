using KafkaActors.Cli.Invocation;
using KafkaActors.Client.Consuming;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Consuming;

/// <summary>
/// The share of a console consumer in what its group reads. What was printed last is committed before it leaves.
/// </summary>
internal sealed class ConsoleSubscription(
    ToolContext context, RecordConsumer consumer, TopicChoice topics, bool commits) : IConsoleInput
{
    private static readonly TimeSpan CommitPatience = TimeSpan.FromSeconds(10);

    public Task BeginAsync(CancellationToken stop)
    {
        consumer.Subscribe(topics.Name is { } name
            ? TopicSubscription.Of(name)
            : TopicSubscription.Where(topic => topics.Accepts(topic, isInternal: false)));
        return Task.CompletedTask;
    }

    public ValueTask<bool> WaitToReadAsync(CancellationToken stop) => consumer.WaitToReadAsync(stop);

    public async Task EndAsync()
    {
        if (!commits) return;
        using var patience = new CancellationTokenSource(CommitPatience);
        try
        {
            await consumer.CommitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (CommitException e)
        {
            context.Error.WriteLine(e.Message);
        }
        catch (OperationCanceledException)
        {
            context.Error.WriteLine($"Offsets were not committed: {ErrorCode.RequestTimedOut}.");
        }
    }
}
