using KafkaActors.Client;
using KafkaActors.Protocol;

namespace KafkaActors.Testing.Tests;

public sealed class TopicTests
{
    private KafkaActorsBroker _kafka = null!;
    private KafkaClient _client = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _kafka = await KafkaActorsBroker.StartAsync(new KafkaActorsBrokerOptions { DefaultPartitions = 2 });
        _client = new KafkaClient(_kafka.BootstrapServers);
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _client.Dispose();
        await _kafka.DisposeAsync();
    }

    [Test]
    public async Task A_topic_has_the_partitions_and_the_configuration_it_is_created_with()
    {
        await _kafka.CreateTopicAsync(
            "wanted", partitions: 3, new Dictionary<string, string> { ["cleanup.policy"] = "compact" });

        Assert.That(_client.Topics()["wanted"], Is.EqualTo(3));
        Assert.That(await _client.ConfigOfAsync("wanted", "cleanup.policy"), Is.EqualTo("compact"));
    }

    [Test]
    public async Task A_topic_without_a_number_has_the_default_partitions()
    {
        await _kafka.CreateTopicAsync("default");
        Assert.That(_client.Topics()["default"], Is.EqualTo(2));
    }

    [Test]
    public async Task A_topic_is_created_by_its_first_record()
    {
        await _client.ProduceAsync("by-use", "first");
        Assert.That(_client.Topics()["by-use"], Is.EqualTo(2));
    }

    [Test]
    public async Task A_deleted_topic_can_be_created_again_and_is_empty()
    {
        await _kafka.CreateTopicAsync("again", partitions: 1);
        await _client.ProduceAsync("again", "old");
        await _kafka.DeleteTopicAsync("again");
        Assert.That(_client.Topics(), Does.Not.ContainKey("again"));

        await _kafka.CreateTopicAsync("again", partitions: 1);
        Assert.That(_client.EndOffset("again"), Is.Zero);
    }

    [Test]
    public async Task A_topic_that_exists_is_refused_by_name()
    {
        await _kafka.CreateTopicAsync("twice");
        Assert.That(
            () => _kafka.CreateTopicAsync("twice"),
            Throws.TypeOf<KafkaException>().With.Property(nameof(KafkaException.Error))
                .EqualTo(ErrorCode.TopicAlreadyExists).And.Message.Contains("twice"));
    }

    [TestCase("a/b", 1, ErrorCode.InvalidTopicException)]
    [TestCase("none", 0, ErrorCode.InvalidPartitions)]
    public void A_topic_that_cannot_be_is_refused_with_Kafkas_error(string name, int partitions, ErrorCode error) =>
        Assert.That(
            () => _kafka.CreateTopicAsync(name, partitions),
            Throws.TypeOf<KafkaException>().With.Property(nameof(KafkaException.Error)).EqualTo(error));

    [Test]
    public void An_unknown_configuration_is_refused() =>
        Assert.That(
            () => _kafka.CreateTopicAsync("odd", 1, new Dictionary<string, string> { ["no.such.thing"] = "1" }),
            Throws.TypeOf<KafkaException>().With.Property(nameof(KafkaException.Error))
                .EqualTo(ErrorCode.InvalidConfig));

    [Test]
    public void A_topic_that_does_not_exist_cannot_be_deleted() =>
        Assert.That(
            () => _kafka.DeleteTopicAsync("absent"),
            Throws.TypeOf<KafkaException>().With.Property(nameof(KafkaException.Error))
                .EqualTo(ErrorCode.UnknownTopicOrPartition));
}
