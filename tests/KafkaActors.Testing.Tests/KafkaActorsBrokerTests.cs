using KafkaActors.Broker.Configuration;
using KafkaActors.TestKit;

namespace KafkaActors.Testing.Tests;

public sealed class KafkaActorsBrokerTests
{
    [Test]
    public async Task A_broker_is_reached_at_free_ports_of_the_loopback()
    {
        await using KafkaActorsBroker kafka = await KafkaActorsBroker.StartAsync();
        Assert.That(kafka.BootstrapServers, Does.Match(@"^127\.0\.0\.1:[1-9]\d+$"));
        Assert.That(kafka.AkkaAddress, Does.Match(@"^akka\.tcp://kafka-actors-testing-\d+@127\.0\.0\.1:[1-9]\d+$"));
    }

    [Test]
    public async Task Brokers_side_by_side_share_nothing()
    {
        KafkaActorsBroker[] brokers = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(_ => KafkaActorsBroker.StartAsync()));
        foreach ((int index, KafkaActorsBroker broker) in brokers.Index())
        {
            using KafkaClient client = new(broker.BootstrapServers);
            await broker.CreateTopicAsync("shared-name", partitions: index + 1);
            Assert.That(await client.ProduceAsync($"own-{index}", "x"), Is.Zero);
        }

        foreach ((int index, KafkaActorsBroker broker) in brokers.Index())
        {
            using KafkaClient client = new(broker.BootstrapServers);
            Assert.That(client.Topics(), Is.EquivalentTo(
                new Dictionary<string, int> { ["shared-name"] = index + 1, [$"own-{index}"] = 1 }));
        }

        foreach (KafkaActorsBroker broker in brokers) await broker.DisposeAsync();
        Assert.That(brokers.Select(broker => broker.DataDirectory), Is.Unique);
    }

    [Test]
    public async Task The_data_is_gone_with_the_broker()
    {
        KafkaActorsBroker kafka = await KafkaActorsBroker.StartAsync();
        await kafka.CreateTopicAsync("kept", partitions: 1);
        Assert.That(Directory.Exists(Path.Combine(kafka.DataDirectory, "kept-0")), Is.True);
        string own = Path.GetDirectoryName(kafka.DataDirectory)!;

        await kafka.DisposeAsync();
        await kafka.DisposeAsync();
        Assert.That(Directory.Exists(own), Is.False);
    }

    [Test]
    public async Task A_directory_of_the_callers_stays_and_the_next_broker_goes_on_with_it()
    {
        using TempDirectory directory = new();
        var options = new KafkaActorsBrokerOptions { DataDirectory = directory.Combine("data") };
        await using (KafkaActorsBroker first = await KafkaActorsBroker.StartAsync(options))
        {
            using KafkaClient client = new(first.BootstrapServers);
            await client.ProduceAsync("kept", "x");
        }

        await using KafkaActorsBroker second = await KafkaActorsBroker.StartAsync(options);
        using KafkaClient reader = new(second.BootstrapServers);
        Assert.That(reader.Read("kept", 1), Is.EqualTo(new[] { "x" }));
    }

    [Test]
    public async Task Settings_have_Kafkas_names()
    {
        await using KafkaActorsBroker kafka = await KafkaActorsBroker.StartAsync(new KafkaActorsBrokerOptions
        {
            DefaultPartitions = 2,
            Settings = new Dictionary<string, string> { ["log.retention.ms"] = "60000", ["num.partitions"] = "4" },
        });
        await kafka.CreateTopicAsync("set");
        using KafkaClient client = new(kafka.BootstrapServers);
        Assert.That(await client.ConfigOfAsync("set", "retention.ms"), Is.EqualTo("60000"));
        Assert.That(client.Topics()["set"], Is.EqualTo(4));
    }

    [Test]
    public async Task The_log_goes_to_the_writer_and_says_as_much_as_asked()
    {
        await using StringWriter log = new();
        await using (await KafkaActorsBroker.StartAsync(new KafkaActorsBrokerOptions
        {
            Log = log,
            Settings = new Dictionary<string, string> { ["akka.loglevel"] = "INFO" },
        }))
        {
        }

        Assert.That(log.ToString(), Does.Contain("Node 1 is the controller"));
    }

    [Test]
    public void A_setting_that_does_not_exist_is_named_and_nothing_is_left_behind()
    {
        var options = new KafkaActorsBrokerOptions
        {
            Settings = new Dictionary<string, string> { ["log.retention.hour"] = "1" },
        };
        Assert.That(
            () => KafkaActorsBroker.StartAsync(options),
            Throws.InstanceOf<NodeStartException>()
                .With.Message.Contains("log.retention.hour").And.Message.Contains("log.retention.hours"));
    }

    [Test]
    public void The_data_directory_is_an_option_and_no_setting()
    {
        var options = new KafkaActorsBrokerOptions
        {
            Settings = new Dictionary<string, string> { ["log.dirs"] = "elsewhere" },
        };
        Assert.That(
            () => KafkaActorsBroker.StartAsync(options),
            Throws.ArgumentException.With.Message.Contains(nameof(KafkaActorsBrokerOptions.DataDirectory)));
    }

    [Test]
    public async Task A_directory_that_is_in_use_is_refused()
    {
        await using KafkaActorsBroker kafka = await KafkaActorsBroker.StartAsync();
        Assert.That(
            () => KafkaActorsBroker.StartAsync(new KafkaActorsBrokerOptions { DataDirectory = kafka.DataDirectory }),
            Throws.TypeOf<NodeStartException>().With.Message.Contains("is in use"));
        Assert.That(Directory.Exists(kafka.DataDirectory), Is.True);
    }

    [Test]
    public void A_start_can_be_given_up()
    {
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();
        Assert.That(
            () => KafkaActorsBroker.StartAsync(cancellation: cancelled.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }
}
