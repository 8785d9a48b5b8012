using Confluent.Kafka;

namespace KafkaActors.Testing.Tests.Example;

public sealed class OrderTotalsTests
{
    private KafkaActorsBroker _kafka = null!;

    [OneTimeSetUp]
    public async Task StartBroker() => _kafka = await KafkaActorsBroker.StartAsync();

    [OneTimeTearDown]
    public async Task StopBroker() => await _kafka.DisposeAsync();

    [Test]
    public async Task Every_order_changes_the_total_of_its_customer()
    {
        await _kafka.CreateTopicAsync("orders", partitions: 3);
        await _kafka.CreateTopicAsync("totals", partitions: 1);
        using var stop = new CancellationTokenSource();
        Task application = Task.Run(() => new OrderTotals(_kafka.BootstrapServers).RunAsync(stop.Token));

        using var orders = new ProducerBuilder<string, int>(
            new ProducerConfig { BootstrapServers = _kafka.BootstrapServers }).Build();
        foreach ((string customer, int amount) in new[] { ("ada", 3), ("bob", 1), ("ada", 2) })
            await orders.ProduceAsync("orders", new Message<string, int> { Key = customer, Value = amount });

        Assert.That(Totals(3), Is.EquivalentTo(new[] { ("ada", 3), ("bob", 1), ("ada", 5) }));
        await stop.CancelAsync();
        await application;
    }

    private List<(string Customer, int Total)> Totals(int count)
    {
        using var totals = new ConsumerBuilder<string, int>(new ConsumerConfig
        {
            BootstrapServers = _kafka.BootstrapServers,
            GroupId = "test",
            AutoOffsetReset = AutoOffsetReset.Earliest,
        }).Build();
        totals.Subscribe("totals");
        List<(string, int)> read = [];
        while (read.Count < count && totals.Consume(TimeSpan.FromSeconds(30)) is { } record)
            read.Add((record.Message.Key, record.Message.Value));
        return read;
    }
}
