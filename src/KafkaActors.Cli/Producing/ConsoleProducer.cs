using KafkaActors.Cli.Invocation;
using KafkaActors.Client;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;

namespace KafkaActors.Cli.Producing;

/// <summary>Reads lines and sends them; knows at the end of how many the cluster has taken charge.</summary>
internal sealed class ConsoleProducer(ToolContext context, RecordProducer producer, LineParser parser, string topic)
{
    private readonly DeliveryCount _deliveries = new();
    private readonly LineReader _lines = new(context.Streams.Input);
    private long _sent;

    /// <summary>Whether each record is acknowledged before the next is read.</summary>
    public bool WaitsForEach { get; init; }

    public async Task<int> RunAsync(CancellationToken stop)
    {
        bool interrupted = false;
        try
        {
            await SendAllAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            interrupted = true;
        }
        catch (KafkaException e)
        {
            throw Unacknowledged(e.Message);
        }

        // Once asked to stop, what has been read is still delivered; a second signal does not wait for it.
        await producer.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        if (_deliveries.Acknowledged < _sent)
            throw Unacknowledged(_deliveries.FirstError?.Message ?? "no answer came.");
        return interrupted && !context.Streams.InputIsTerminal ? ExitCode.Interrupted : ExitCode.Success;
    }

    private async Task SendAllAsync(CancellationToken stop)
    {
        Prompt();
        do
        {
            await _lines.FillAsync(stop).ConfigureAwait(false);
            while (_lines.TryRead(out ReadOnlyMemory<byte> line))
            {
                await SendAsync(parser.Parse(line), stop).ConfigureAwait(false);
                Prompt();
            }
        }
        while (!_lines.HasEnded);
    }

    private async ValueTask SendAsync(LineRecord line, CancellationToken stop)
    {
        var record = new ProducerRecord(topic, line.Key, line.Value)
        {
            Headers = line.Headers.Count == 0 ? null : [.. line.Headers],
        };
        _sent++;
        try
        {
            await producer.SendAsync(record, _deliveries, 0, stop).ConfigureAwait(false);
            if (WaitsForEach) await producer.FlushAsync(stop).ConfigureAwait(false);
        }
        catch (KafkaException e) when (e.Error == ErrorCode.MessageTooLarge)
        {
            _deliveries.Fail(e);
        }
    }

    private ToolException Unacknowledged(string reason) =>
        new($"{_sent - _deliveries.Acknowledged} of {_sent} records were not acknowledged: {reason}");

    private void Prompt()
    {
        if (context.Streams.InputIsTerminal && context.Streams.ErrorIsTerminal) context.Error.Write('>');
    }
}
