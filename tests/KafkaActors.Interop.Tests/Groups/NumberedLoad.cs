using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace KafkaActors.Interop.Tests.Groups;

/// <summary>
/// Sends numbers to the partitions of a topic in turn, about 500 a second, with idempotence, until it is stopped. It
/// goes on by itself after a restart of the node.
/// </summary>
internal sealed class NumberedLoad : IAsyncDisposable
{
    private const int BatchSize = 10;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(30);

    private readonly IProducer<byte[]?, byte[]?> _producer;
    private readonly string _topic;
    private readonly int _partitions;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _sending;
    private int _sent;
    private int _stored;

    public NumberedLoad(string bootstrap, string topic, int partitions)
    {
        _topic = topic;
        _partitions = partitions;
        ProducerConfig config = new()
        {
            BootstrapServers = bootstrap, EnableIdempotence = true, LingerMs = 0, ReconnectBackoffMaxMs = 200,
        };
        _producer = new ProducerBuilder<byte[]?, byte[]?>(config).SetLogHandler((_, _) => { }).Build();
        _sending = Task.Run(SendAsync);
    }

    /// <summary>The number that is sent next.</summary>
    public int Sent => Volatile.Read(ref _sent);

    /// <summary>Ends it; every number sent has to be acknowledged.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        await Task.Run(() => _producer.Flush(FlushTimeout));
        Assert.That(_stored, Is.EqualTo(_sent), "acknowledged");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending;
        _producer.Dispose();
        _stop.Dispose();
    }

    private async Task SendAsync()
    {
        using PeriodicTimer timer = new(Interval);
        while (!_stop.IsCancellationRequested)
        {
            for (int count = 0; count < BatchSize; count++) Send(_sent);
            await timer.WaitForNextTickAsync();
        }
    }

    private void Send(int number)
    {
        Message<byte[]?, byte[]?> message = new()
        {
            Value = Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture)),
        };
        _producer.Produce(new TopicPartition(_topic, number % _partitions), message, report =>
        {
            if (!report.Error.IsError) Interlocked.Increment(ref _stored);
        });
        Volatile.Write(ref _sent, number + 1);
    }
}
