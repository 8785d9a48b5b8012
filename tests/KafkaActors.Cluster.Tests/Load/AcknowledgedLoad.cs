using System.Globalization;
using System.Text;
using KafkaActors.Client;
using KafkaActors.Client.Administration;
using KafkaActors.Client.Configuration;
using KafkaActors.Client.Producing;
using KafkaActors.Protocol;

namespace KafkaActors.Cluster.Tests.Load;

/// <summary>
/// Creates a topic and sends numbered records to its one partition, with <c>acks=all</c>, until it is told to stop, and
/// keeps which were acknowledged at which offset. At most <see cref="Window"/> are under way. An idempotent load ends
/// with its first failure; one that is not sends every record once, and goes on after a failure.
/// </summary>
internal sealed class AcknowledgedLoad : IAsyncDisposable
{
    /// <summary>In place of an offset: the record's failure was told.</summary>
    public const long Failed = -1;

    private const int Window = 2_000;

    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromMilliseconds(50);

    private readonly KafkaActorsClient _client;
    private readonly RecordProducer _producer;
    private readonly AcknowledgedLoadSettings _settings;
    private readonly List<long> _offsets = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _sending = Task.CompletedTask;
    private int _acknowledged;

    private AcknowledgedLoad(KafkaActorsClient client, RecordProducer producer, AcknowledgedLoadSettings settings)
    {
        _client = client;
        _producer = producer;
        _settings = settings;
    }

    /// <summary>How many records were acknowledged so far.</summary>
    public int Acknowledged => Volatile.Read(ref _acknowledged);

    /// <summary>What ended an idempotent load by itself; null while nothing did.</summary>
    public KafkaException? Failure { get; private set; }

    /// <summary>
    /// The offset of each record, or <see cref="Failed"/>; the index is its number. Complete once stopped.
    /// </summary>
    public IReadOnlyList<long> Offsets => _offsets;

    public bool IsIdempotent => _settings.IsIdempotent;

    public static Task<AcknowledgedLoad> StartAsync(string bootstrap, TopicPartition partition) =>
        StartAsync(bootstrap, new AcknowledgedLoadSettings(partition));

    public static async Task<AcknowledgedLoad> StartAsync(string bootstrap, AcknowledgedLoadSettings settings)
    {
        KafkaActorsClient client = await QuietClient.Start(bootstrap);
        await CreateTopic(client, settings);
        ProducerSettings producer = ProducerSettings.Default with
        {
            Acks = Acks.All,
            EnableIdempotence = settings.IsIdempotent,
            Retries = settings.IsIdempotent ? int.MaxValue : 0,
            DeliveryTimeout = settings.DeliveryTimeout,
            MaxBlock = settings.DeliveryTimeout,
        };
        AcknowledgedLoad load = new(client, client.CreateRecordProducer(producer), settings);
        load._sending = Task.Run(load.Send);
        return load;
    }

    /// <summary>The value of record <paramref name="number"/>: its number, and filling up to the size.</summary>
    public byte[] Value(int number) => Encoding.ASCII.GetBytes(number
        .ToString("D10", CultureInfo.InvariantCulture).PadRight(_settings.ValueBytes, (char)('a' + (number % 26))));

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

    private static async Task CreateTopic(KafkaActorsClient client, AcknowledgedLoadSettings settings)
    {
        NewTopic wanted = new(settings.Partition.Topic, 1, 1, [], settings.TopicConfigs);
        IReadOnlyList<TopicResult> results = await client.Admin.CreateTopicsAsync([wanted]);
        Assert.That(
            results[0].Error, Is.EqualTo(ErrorCode.None).Or.EqualTo(ErrorCode.TopicAlreadyExists), results[0].Message);
    }

    private async Task Send()
    {
        using PeriodicTimer pause = new(PauseAfterFailure);
        Queue<Task<Delivery>> underWay = new();
        for (int number = 0; !_stop.IsCancellationRequested && Failure is null; number++)
        {
            underWay.Enqueue(_producer.ProduceAsync(Record(number)));
            if (underWay.Count < Window || await Take(underWay.Dequeue())) continue;
            // Those that were sent with it have most likely failed as well.
            await TakeAll(underWay);
            await pause.WaitForNextTickAsync(CancellationToken.None);
        }

        await TakeAll(underWay);
    }

    private async Task TakeAll(Queue<Task<Delivery>> underWay)
    {
        while (underWay.TryDequeue(out Task<Delivery>? sent)) await Take(sent);
    }

    private async Task<bool> Take(Task<Delivery> sent)
    {
        try
        {
            Delivery delivery = await sent;
            if (Failure is not null) return false;
            _offsets.Add(delivery.Offset);
            Volatile.Write(ref _acknowledged, _acknowledged + 1);
            return true;
        }
        catch (KafkaException failure)
        {
            if (IsIdempotent) Failure ??= failure;
            else _offsets.Add(Failed);
            return false;
        }
    }

    private ProducerRecord Record(int number) =>
        new(_settings.Partition.Topic, null, (ReadOnlyMemory<byte>?)Value(number))
        {
            Partition = _settings.Partition.Partition,
        };
}
