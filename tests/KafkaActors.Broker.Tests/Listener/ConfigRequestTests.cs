using KafkaActors.Protocol;
using KafkaActors.Protocol.Messages;
using KafkaActors.TestKit.Kafka;

namespace KafkaActors.Broker.Tests.Listener;

/// <summary>
/// Configurations of topics, groups and the broker, as clients of the Kafka port see and change them.
/// </summary>
public sealed class ConfigRequestTests
{
    private const sbyte Topic = 2;
    private const sbyte Broker = 4;
    private const sbyte Group = 32;
    private const sbyte FromTopic = 1;
    private const sbyte FromFile = 4;
    private const sbyte ByDefault = 5;
    private const sbyte FromGroup = 8;

    [TestCase("listeners", FromFile)]
    [TestCase("advertised.listeners", FromFile)]
    [TestCase("log.dirs", FromFile)]
    [TestCase("num.partitions", ByDefault)]
    [TestCase("log.retention.hours", ByDefault)]
    [TestCase("log.retention.ms", ByDefault)]
    [TestCase("message.max.bytes", ByDefault)]
    [TestCase("group.consumer.session.timeout.ms", ByDefault)]
    public async Task A_broker_is_described_under_Kafka_s_names_and_by_where_a_value_comes_from(
        string name, sbyte source)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        var config = (await DescribeAsync(client, Broker, "1")).Single(config => config.Name == name);
        Assert.That(config.ConfigSource, Is.EqualTo(source), config.Value);
        Assert.That(config.Documentation, Is.Not.Null.And.Not.Empty);
    }

    [Test]
    public async Task A_broker_s_settings_have_Kafka_s_types_and_none_is_without_its_reason()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        var configs = (await DescribeAsync(client, Broker, "1")).ToDictionary(config => config.Name);
        Assert.That(configs.Keys.Where(name => name.StartsWith("kafka.", StringComparison.Ordinal)), Is.Empty);
        Assert.That(configs.Values.Where(config => config.Documentation is null or "").Select(c => c.Name), Is.Empty);
        Assert.That(configs["auto.create.topics.enable"].ConfigType, Is.EqualTo(1));
        Assert.That(configs["num.partitions"].ConfigType, Is.EqualTo(3));
        Assert.That(configs["log.retention.bytes"].ConfigType, Is.EqualTo(5));
        Assert.That(configs["log.cleaner.min.cleanable.ratio"].ConfigType, Is.EqualTo(6));
        Assert.That(configs["listeners"].ConfigType, Is.EqualTo(7));
        Assert.That(configs["listeners"].Value, Does.StartWith("PLAINTEXT://127.0.0.1:"));
        Assert.That(configs["advertised.listeners"].Value, Does.Contain($"OTHER://{ListenerNode.OtherHost}:"));
        Assert.That((configs["node.id"].ReadOnly, configs["log.retention.ms"].ReadOnly), Is.EqualTo((true, false)));
    }

    [Test]
    public async Task A_topic_s_value_has_its_synonyms_the_one_that_holds_first()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, _) = await ListenerNode.CreateTopicAsync(client, 1, ("retention.ms", " 1000 "));
        var config = (await DescribeAsync(client, Topic, topic)).Single(config => config.Name == "retention.ms");
        Assert.That((config.Value, config.ConfigSource), Is.EqualTo(("1000", FromTopic)));
        Assert.That(
            config.Synonyms.Select(synonym => (synonym.Name, synonym.Value, synonym.Source)),
            Is.EqualTo(new[]
            {
                ("retention.ms", "1000", FromTopic), ("log.retention.hours", "168", ByDefault),
            }));
    }

    [Test]
    public async Task No_keys_or_an_empty_list_of_them_ask_for_all()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, _) = await ListenerNode.CreateTopicAsync(client);
        Assert.That(await DescribeAsync(client, Topic, topic, keys: null), Has.Count.GreaterThan(20));
        Assert.That(await DescribeAsync(client, Topic, topic, []), Has.Count.GreaterThan(20));
        Assert.That(await DescribeAsync(client, Topic, topic, "retention.ms"), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_group_keeps_what_is_set_for_it_and_shows_the_broker_s_value_for_the_rest()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        Assert.That(
            await AlterAsync(client, Group, "configured", ("consumer.session.timeout.ms", "50000")),
            Is.EqualTo((ErrorCode.None, (string?)null)));
        var configs = await DescribeAsync(client, Group, "configured");
        Assert.That(
            configs.Select(config => (config.Name, config.Value, config.ConfigSource)),
            Is.EqualTo(new[]
            {
                ("consumer.heartbeat.interval.ms", "5000", ByDefault),
                ("consumer.session.timeout.ms", "50000", FromGroup),
            }));
        Assert.That(configs.Select(config => config.Synonyms.Count), Is.All.EqualTo(1));
    }

    [TestCase("consumer.session.timeout.ms", "5000", "group.consumer.min.session.timeout.ms")]
    [TestCase("consumer.heartbeat.interval.ms", "60000", "group.consumer.max.heartbeat.interval.ms")]
    [TestCase("share.session.timeout.ms", "45000", "Unknown group config name")]
    public async Task A_group_s_value_that_cannot_hold_is_refused_with_the_reason(
        string name, string value, string reason)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (ErrorCode error, string? message) = await AlterAsync(client, Group, "refused", (name, value));
        Assert.That(error, Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(message, Does.Contain(reason));
    }

    [TestCase((sbyte)8, "akka.loglevel")]
    [TestCase((sbyte)16, "metrics")]
    [TestCase((sbyte)99, "99")]
    public async Task What_has_no_configuration_says_so(sbyte type, string word)
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        var described = await client.AskAsync<DescribeConfigsResponse>(
            new DescribeConfigsRequest { Resources = [new() { ResourceType = type, ResourceName = "1" }] });
        (ErrorCode error, string? message) = await AlterAsync(client, type, "1", ("a", "b"));
        Assert.That(described.Results[0].ErrorCode, Is.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(described.Results[0].ErrorMessage, Does.Contain(word));
        Assert.That((error, message), Is.EqualTo((ErrorCode.InvalidRequest, described.Results[0].ErrorMessage)));
    }

    [Test]
    public async Task A_broker_s_setting_that_only_its_file_sets_is_refused_with_where_it_stands()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (ErrorCode error, string? message) = await AlterAsync(client, Broker, "1", ("num.partitions", "3"));
        Assert.That(error, Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(message, Does.Contain("configuration file"));
    }

    [Test]
    public async Task What_Kafka_follows_and_this_broker_need_not_is_kept_and_shown()
    {
        using KafkaWireClient client = await ListenerNode.ConnectAsync();
        (string topic, _) = await ListenerNode.CreateTopicAsync(
            client, 1, ("remote.storage.enable", "False"), ("local.retention.ms", "-2"));
        await AlterAsync(client, Topic, topic, ("follower.replication.throttled.replicas", "0:1, 1:1"));
        var configs = (await DescribeAsync(client, Topic, topic)).ToDictionary(config => config.Name);
        Assert.That(configs["remote.storage.enable"].Value, Is.EqualTo("false"));
        Assert.That(configs["local.retention.ms"].Documentation, Does.Contain("no effect"));
        Assert.That(configs["follower.replication.throttled.replicas"].Value, Is.EqualTo("0:1,1:1"));
        (ErrorCode error, string? message) = await AlterAsync(client, Topic, topic, ("remote.storage.enable", "true"));
        Assert.That((error, message), Is.EqualTo(
            (ErrorCode.InvalidConfig, "remote.storage.enable=true is not supported: there is no tiered storage.")));
    }

    private static async Task<IReadOnlyList<DescribeConfigsResponse.DescribeConfigsResourceResult>> DescribeAsync(
        KafkaWireClient client, sbyte type, string name, params string[]? keys)
    {
        var answer = await client.AskAsync<DescribeConfigsResponse>(new DescribeConfigsRequest
        {
            Resources = [new() { ResourceType = type, ResourceName = name, ConfigurationKeys = keys }],
            IncludeSynonyms = true,
            IncludeDocumentation = true,
        }).ConfigureAwait(false);
        Assert.That(answer.Results[0].ErrorCode, Is.EqualTo(ErrorCode.None), answer.Results[0].ErrorMessage);
        return answer.Results[0].Configs;
    }

    private static async Task<(ErrorCode Error, string? Message)> AlterAsync(
        KafkaWireClient client, sbyte type, string name, params (string Name, string Value)[] configs)
    {
        var answer = await client.AskAsync<IncrementalAlterConfigsResponse>(new IncrementalAlterConfigsRequest
        {
            Resources =
            [
                new()
                {
                    ResourceType = type,
                    ResourceName = name,
                    Configs = [.. configs.Select(config => new IncrementalAlterConfigsRequest.AlterableConfig
                    {
                        Name = config.Name, Value = config.Value,
                    })],
                },
            ],
        }).ConfigureAwait(false);
        return (answer.Responses[0].ErrorCode, answer.Responses[0].ErrorMessage);
    }
}
