using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using KafkaActors.Interop.Tests.Harness;

namespace KafkaActors.Interop.Tests.ConfluentKafka;

/// <summary>Configurations of topics and nodes through Confluent.Kafka's admin client.</summary>
[Category("Interop")]
internal sealed class ConfigAdminTests
{
    private IAdminClient _admin = null!;

    private static KafkaNode Node => InteropSuite.Node;

    [OneTimeSetUp]
    public void StartClient() => _admin = Connect.Admin();

    [OneTimeTearDown]
    public void StopClient() => _admin.Dispose();

    [Test]
    public async Task A_topics_configuration_names_value_and_source()
    {
        await Node.CreateTopicAsync("config-shown", 1, ("retention.ms", "60000"));
        Dictionary<string, ConfigEntryResult> entries = await DescribeAsync("config-shown");

        Assert.That(entries["retention.ms"].Value, Is.EqualTo("60000"));
        Assert.That(entries["retention.ms"].Source, Is.EqualTo(ConfigSource.DynamicTopicConfig));
        Assert.That(entries["retention.ms"].IsDefault, Is.False);
        Assert.That(entries["cleanup.policy"].Value, Is.EqualTo("delete"));
        Assert.That(entries["cleanup.policy"].IsDefault, Is.True);
        Assert.That(entries["max.message.bytes"].Value, Is.EqualTo("1048588"));
        Assert.That(entries.Values.Select(entry => entry.IsReadOnly), Is.All.False);
    }

    [Test]
    public async Task A_nodes_configuration_is_shown()
    {
        ConfigResource node = new() { Type = ResourceType.Broker, Name = "1" };
        DescribeConfigsResult result = (await _admin.DescribeConfigsAsync([node])).Single();
        Assert.That(result.Entries["log.retention.hours"].Value, Is.EqualTo("168"));
        Assert.That(result.Entries["num.partitions"].Value, Is.EqualTo("1"));
    }

    [Test]
    public async Task Single_values_are_set_appended_to_taken_from_and_deleted()
    {
        await Node.CreateTopicAsync("config-altered", 1, ("retention.ms", "60000"));
        await AlterAsync(
            "config-altered",
            Change("cleanup.policy", AlterConfigOpType.Append, "compact"),
            Change("retention.ms", AlterConfigOpType.Delete, ""),
            Change("segment.bytes", AlterConfigOpType.Set, "1048576"));
        Dictionary<string, ConfigEntryResult> first = await DescribeAsync("config-altered");
        await AlterAsync("config-altered", Change("cleanup.policy", AlterConfigOpType.Subtract, "delete"));
        Dictionary<string, ConfigEntryResult> second = await DescribeAsync("config-altered");

        Assert.That(first["cleanup.policy"].Value, Is.EqualTo("delete,compact"));
        Assert.That(first["retention.ms"].Value, Is.EqualTo("604800000"));
        Assert.That(first["retention.ms"].IsDefault, Is.True);
        Assert.That(first["segment.bytes"].Value, Is.EqualTo("1048576"));
        Assert.That(second["cleanup.policy"].Value, Is.EqualTo("compact"));
        Assert.That(second["segment.bytes"].Value, Is.EqualTo("1048576"), "left alone");
    }

    [Test]
    public async Task Altering_the_whole_configuration_resets_what_is_not_named()
    {
        await Node.CreateTopicAsync("config-replaced", 1, ("retention.ms", "60000"), ("segment.bytes", "1048576"));
        Dictionary<ConfigResource, List<ConfigEntry>> wanted = new()
        {
            [Topic("config-replaced")] = [new ConfigEntry { Name = "retention.ms", Value = "120000" }],
        };
        await _admin.AlterConfigsAsync(wanted);
        Dictionary<string, ConfigEntryResult> entries = await DescribeAsync("config-replaced");

        Assert.That(entries["retention.ms"].Value, Is.EqualTo("120000"));
        Assert.That(entries["segment.bytes"].IsDefault, Is.True);
    }

    [TestCase("retention.ms", "soon")]
    [TestCase("cleanup.policy", "shred")]
    [TestCase("no.such.config", "1")]
    public async Task A_wrong_value_is_refused_and_changes_nothing(string name, string value)
    {
        string topic = $"config-wrong-{name}";
        await Node.CreateTopicAsync(topic);
        IncrementalAlterConfigsException? failure = Assert.ThrowsAsync<IncrementalAlterConfigsException>(() =>
            AlterAsync(
                topic,
                Change("segment.bytes", AlterConfigOpType.Set, "1048576"),
                Change(name, AlterConfigOpType.Set, value)));

        Assert.That(failure!.Results[0].Error.Code, Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(failure.Results[0].Error.Reason, Does.Contain(name));
        Assert.That((await DescribeAsync(topic))["segment.bytes"].IsDefault, Is.True);
    }

    [Test]
    public async Task A_change_that_is_only_validated_changes_nothing()
    {
        await Node.CreateTopicAsync("config-validated");
        Dictionary<ConfigResource, List<ConfigEntry>> wanted = new()
        {
            [Topic("config-validated")] = [Change("retention.ms", AlterConfigOpType.Set, "1000")],
        };
        await _admin.IncrementalAlterConfigsAsync(wanted, new IncrementalAlterConfigsOptions { ValidateOnly = true });
        Assert.That((await DescribeAsync("config-validated"))["retention.ms"].IsDefault, Is.True);
    }

    [Test]
    public async Task A_changed_limit_counts_for_the_next_record()
    {
        await Node.CreateTopicAsync("config-limit");
        using IProducer<byte[]?, byte[]?> producer = Connect.Producer();
        Message<byte[]?, byte[]?> message = new() { Value = new byte[5000] };
        await producer.ProduceAsync("config-limit", message);
        await AlterAsync(
            "config-limit",
            Change("max.message.bytes", AlterConfigOpType.Set, 4000.ToString(CultureInfo.InvariantCulture)));

        var failure = Assert.ThrowsAsync<ProduceException<byte[]?, byte[]?>>(() =>
            producer.ProduceAsync("config-limit", message));
        Assert.That(failure!.Error.Code, Is.EqualTo(ErrorCode.MsgSizeTooLarge));
    }

    [Test]
    public void The_configuration_of_a_topic_that_is_absent_is_an_error()
    {
        DescribeConfigsException? failure = Assert.ThrowsAsync<DescribeConfigsException>(() =>
            _admin.DescribeConfigsAsync([Topic("config-absent")]));
        Assert.That(failure!.Results[0].Error.Code, Is.EqualTo(ErrorCode.UnknownTopicOrPart));
    }

    private static ConfigResource Topic(string name) => new() { Type = ResourceType.Topic, Name = name };

    private static ConfigEntry Change(string name, AlterConfigOpType operation, string value) =>
        new() { Name = name, Value = value, IncrementalOperation = operation };

    private async Task<Dictionary<string, ConfigEntryResult>> DescribeAsync(string topic) =>
        (await _admin.DescribeConfigsAsync([Topic(topic)])).Single().Entries;

    private async Task AlterAsync(string topic, params ConfigEntry[] changes) =>
        await _admin.IncrementalAlterConfigsAsync(
            new Dictionary<ConfigResource, List<ConfigEntry>> { [Topic(topic)] = [.. changes] });
}
