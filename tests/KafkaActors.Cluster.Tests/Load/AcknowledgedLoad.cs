using System.Globalization;
using System.Text;
using KafkaActors.Client;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Producing;
using KafkaActors.Messages;
using KafkaActors.Protocol;

namespace KafkaActors.Cluster.Tests.Load;

/// <summary>
/// Creates a topic and sends numbered records to its one partition, with idempotence and <c>acks=all</c>, until it is
/// told to stop, and keeps
/// which were acknowledged at which offset. At most <see cref="Window"/> are under way. The first failure ends it.
/// </summary>
internal sealed class AcknowledgedLoad : IAsyncDisposable
{
    private const int Window = 2_000;

    private readonly KafkaActorsClient _client;
    private readonly RecordProducer _producer;
    private readonly TopicPartition _partition;
    private readonly int _valueBytes;
    private readonly List<long> _offsets = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _sending = Task.CompletedTask;
    private int _acknowledged;

    private AcknowledgedLoad(
        KafkaActorsClient client, RecordProducer producer, TopicPartition partition, int valueBytes)
    {
        _client = client;
        _producer = producer;
        _partition = partition;
        _valueBytes = valueBytes;
    }

    /// <summary>How many records were acknowledged so far.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>What ended the load by itself; null while nothing did.</summary>
    public KafkaException? Failure { get; private set; }

    /// <summary>The offset of each record; the index is its number. Complete once stopped.</summary>
    public IReadOnlyList<long> Offsets => _offsets;

    public static async Task<AcknowledgedLoad> StartAsync(
        string bootstrap, TopicPartition partition, int valueBytes = 100, TimeSpan? deliveryTimeout = null)
    {
        KafkaActorsClient client = await QuietClient.Start(bootstrap);
        await CreateTopic(client, partition.Topic);
        ProducerSettings settings = ProducerSettings.Default with
        {
            Acks = Acks.All,
            EnableIdempotence = true,
            DeliveryTimeout = deliveryTimeout ?? TimeSpan.FromMinutes(2),
            MaxBlock = deliveryTimeout ?? TimeSpan.FromMinutes(2),
        };
        AcknowledgedLoad load = new(client, client.CreateRecordProducer(settings), partition, valueBytes);
        load._sending = Task.Run(load.Send);
        return load;
    }

    /// <summary>The value of record <paramref name="number"/>: its number, and filling up to the size.</summary>
    public static byte[] Value(int number, int valueBytes) => Encoding.ASCII.GetBytes(
        number.ToString("D10", CultureInfo.InvariantCulture).PadRight(valueBytes, (char)('a' + (number % 26))));

    public byte[] Value(int number) => Value(number, _valueBytes);

    /// <summary>Sends no more, and waits until everything sent is acknowledged or has failed.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _sending;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _producer.DisposeAsync();
        await _client.DisposeAsync();
        _stop.Dispose();
    }

    private static async Task CreateTopic(KafkaActorsClient client, string topic)
    {
        AdminProtocol.NewTopic wanted = new(topic, 1, 1, [], new Dictionary<string, string>());
        IReadOnlyList<AdminProtocol.TopicResult> results = await client.Admin.CreateTopicsAsync([wanted]);
        Assert.That(
            results[0].Error, Is.EqualTo(ErrorCode.None).Or.EqualTo(ErrorCode.TopicAlreadyExists), results[0].Message);
    }

    private async Task Send()
    {
        Queue<Task<Delivery>> underWay = new();
        for (int number = 0; !_stop.IsCancellationRequested && Failure is null; number++)
        {
            underWay.Enqueue(_producer.ProduceAsync(Record(number)));
            if (underWay.Count >= Window) await Take(underWay.Dequeue());
        }

        while (underWay.Count > 0) await Take(underWay.Dequeue());
    }

    private async Task Take(Task<Delivery> sent)
    {
        try
        {
            Delivery delivery = await sent;
            if (Failure is not null) return;
            _offsets.Add(delivery.Offset);
            Volatile.Write(ref _acknowledged, _offsets.Count);
        }
        catch (KafkaException failure)
        {
            Failure ??= failure;
        }
    }

    private ProducerRecord Record(int number) =>
        new(_partition.Topic, null, (ReadOnlyMemory<byte>?)Value(number)) { Partition = _partition.Partition };
}
