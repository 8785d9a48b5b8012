using KafkaActors.Cli.Consuming;
using KafkaActors.Cli.Invocation;
using KafkaActors.Client.Consuming;

namespace KafkaActors.Cli.Performance;

/// <summary>One consumer run over partitions that are assigned already. The clock starts with the run.</summary>
internal sealed class ConsumerPerfTest(ToolContext context, RecordConsumer consumer, ConsoleConsumerSettings settings)
{
    private readonly long _wanted = settings.MaxMessages ?? long.MaxValue;
    private ConsumedAmount _total;
    private ConsumedAmount _reported;
    private DateTimeOffset _reportedAt;

    /// <summary>Null: one line at the end.</summary>
    public TimeSpan? ReportingInterval { get; init; }

    public bool PrintsHeader { get; init; }

    public bool PrintsSummary { get; init; } = true;

    public async Task<ConsumerPerfResult> RunAsync(CancellationToken stop)
    {
        if (PrintsHeader)
        {
            context.Text.WriteLine(
                ReportingInterval is null ? ConsumerPerfStatistics.Header : ConsumerPerfStatistics.DetailedHeader);
        }

        DateTimeOffset start = _reportedAt = context.Time.GetLocalNow();
        DateTimeOffset end = await ReadAsync(start, stop).ConfigureAwait(false);
        if (ReportingInterval is null && PrintsSummary)
            context.Text.WriteLine(ConsumerPerfStatistics.Summary(start, end, _total));
        if (_total.Messages < settings.MaxMessages)
        {
            context.Error.WriteLine(
                $"Only {_total.Messages} of {settings.MaxMessages} records were read before the time limit.");
        }

        return ConsumerPerfResult.Of(start, end, _total);
    }

    /// <summary>Reads until there are enough or no more come; the time of the last record is returned.</summary>
    private async Task<DateTimeOffset> ReadAsync(DateTimeOffset start, CancellationToken stop)
    {
        DateTimeOffset last = start;
        while (_total.Messages < _wanted)
        {
            while (_total.Messages < _wanted && consumer.TryRead(out FetchedRecord record))
                _total = new ConsumedAmount(_total.Messages + 1, _total.Bytes + record.Record.PayloadSize);
            last = context.Time.GetLocalNow();
            Report(last);
            if (_total.Messages < _wanted && !await WaitAsync(stop).ConfigureAwait(false)) break;
        }

        return last;
    }

    private void Report(DateTimeOffset now)
    {
        TimeSpan interval = now - _reportedAt;
        if (ReportingInterval is not { } length || interval < length) return;
        context.Text.WriteLine(ConsumerPerfStatistics.Detail(now, _total, _reported, interval));
        (_reported, _reportedAt) = (_total, now);
    }

    private async ValueTask<bool> WaitAsync(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(settings.Timeout ?? Timeout.InfiniteTimeSpan);
        try
        {
            return await consumer.WaitToReadAsync(limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
