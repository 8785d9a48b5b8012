using Confluent.Kafka;

namespace KafkaActors.Testing.Tests.Example;

/// <summary>The application of the example: adds up each customer's orders and writes every new total.</summary>
internal sealed class OrderTotals(string bootstrapServers)
{
    public async Task RunAsync(CancellationToken stop)
    {
        var reading = new ConsumerConfig
        {
            BootstrapServers = bootstrapServers,
            GroupId = "order-totals",
            AutoOffsetReset = AutoOffsetReset.Earliest,
        };
        using var orders = new ConsumerBuilder<string, int>(reading).Build();
        using var totals = new ProducerBuilder<string, int>(
            new ProducerConfig { BootstrapServers = bootstrapServers, LingerMs = 0 }).Build();
        orders.Subscribe("orders");
        var sums = new Dictionary<string, int>();
        try
        {
            while (true)
            {
                Message<string, int> order = orders.Consume(stop).Message;
                int sum = sums[order.Key] = sums.GetValueOrDefault(order.Key) + order.Value;
                await totals.ProduceAsync("totals", new Message<string, int> { Key = order.Key, Value = sum }, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            orders.Close();
        }
    }
}
