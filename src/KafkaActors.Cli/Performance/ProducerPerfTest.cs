using KafkaActors.Cli.Invocation;
using KafkaActors.Client;
using KafkaActors.Client.Producing;

namespace KafkaActors.Cli.Performance;

/// <summary>One producer run: sends at the rate asked for, and prints a line every few seconds.</summary>
internal sealed class ProducerPerfTest(ToolContext context, RecordProducer producer, PayloadSource payloads)
{
    private static readonly TimeSpan WindowLength = TimeSpan.FromSeconds(5);

    public required string Topic { get; init; }

    public required long RecordCount { get; init; }

    public required Throttle Throttle { get; init; }

    public bool PrintsWindows { get; init; }

    public KafkaException? FirstError { get; private set; }

    /// <summary>Ends when all are answered, or early, with what there is, when told to stop.</summary>
    public async Task<ProducerPerfResult> RunAsync(CancellationToken stop)
    {
        // The topic is known before the clock starts: what is measured is producing.
        await producer.PartitionCountAsync(Topic, stop).ConfigureAwait(false);
        var statistics = new ProducerPerfStatistics(RecordCount, context.Time) { RecordBytes = payloads.AverageBytes };
        using var done = new CancellationTokenSource();
        Task windows = PrintsWindows ? PrintWindowsAsync(statistics, done.Token) : Task.CompletedTask;
        try
        {
            await SendAllAsync(statistics, stop).ConfigureAwait(false);
            await producer.FlushAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            context.Error.WriteLine("interrupted; what was acknowledged until now:");
        }

        FirstError = statistics.FirstError;
        ProducerPerfResult result = statistics.Total();
        await done.CancelAsync().ConfigureAwait(false);
        await windows.ConfigureAwait(false);
        return result;
    }

    private async Task SendAllAsync(ProducerPerfStatistics statistics, CancellationToken stop)
    {
        long started = context.Time.GetTimestamp();
        for (long sent = 0; sent < RecordCount; sent++)
        {
            if (!Throttle.IsUnlimited)
            {
                TimeSpan wait = Throttle.WaitBefore(sent, context.Time.GetElapsedTime(started));
                if (wait > TimeSpan.Zero) await Task.Delay(wait, context.Time, stop).ConfigureAwait(false);
            }

            var record = new ProducerRecord(Topic, null, payloads.Next());
            long now = context.Time.GetTimestamp();
            if (!producer.TrySend(record, statistics, now))
                await producer.SendAsync(record, statistics, now, stop).ConfigureAwait(false);
        }
    }

    private async Task PrintWindowsAsync(ProducerPerfStatistics statistics, CancellationToken done)
    {
        using var timer = new PeriodicTimer(WindowLength, context.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(done).ConfigureAwait(false))
                context.Text.WriteLine(statistics.TakeWindow());
        }
        catch (OperationCanceledException)
        {
            // The run is over; its total follows.
        }
    }
}
