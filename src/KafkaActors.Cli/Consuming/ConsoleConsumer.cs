using KafkaActors.Cli.Invocation;
using KafkaActors.Client;
using KafkaActors.Client.Consuming;

namespace KafkaActors.Cli.Consuming;

/// <summary>
/// Prints records until it has enough, nothing more comes, or it is told to stop. What has been printed leaves for
/// standard output whenever no further record is at hand, and in big writes while they keep coming.
/// </summary>
internal sealed class ConsoleConsumer(
    ToolContext context,
    IConsoleInput input,
    RecordConsumer consumer,
    RecordFormatter formatter,
    ConsoleConsumerSettings settings)
{
    private readonly ByteOutput _output = new(context.Streams.Output);
    private readonly Progress _progress = new(context);
    private long _count;

    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            await ReadAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Ctrl+C is how reading ends; what was printed stands.
        }
        catch (IOException e) when (StandardOutput.IsClosedPipe(e))
        {
            return ExitCode.Success;
        }

        await input.EndAsync().ConfigureAwait(false);
        _progress.Clear();
        context.Error.WriteLine($"Processed a total of {_count} messages");
        return ExitCode.Success;
    }

    private async Task ReadAsync(CancellationToken stop)
    {
        await input.BeginAsync(stop).ConfigureAwait(false);
        while (!HasEnough())
        {
            if (!TryPrint())
            {
                _output.Flush();
                _progress.Show(_count);
                if (!await WaitAsync(stop).ConfigureAwait(false)) return;
            }
        }

        _output.Flush();
    }

    private bool HasEnough() => settings.MaxMessages is { } most && _count >= most;

    private bool TryPrint()
    {
        try
        {
            if (!consumer.TryRead(out FetchedRecord record)) return false;
            formatter.Write(record.Partition.Partition, record.TimestampType, record.Record, _output);
            _output.FlushIfFull();
            _count++;
        }
        catch (KafkaException e) when (settings.SkipsErrors)
        {
            context.Error.WriteLine($"skipped: {e.Message}");
        }

        return true;
    }

    /// <summary>Waits for the next record; false when it took longer than the time limit.</summary>
    private async ValueTask<bool> WaitAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        if (settings.Timeout is { } timeout) limit.CancelAfter(timeout);
        try
        {
            return await input.WaitToReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
