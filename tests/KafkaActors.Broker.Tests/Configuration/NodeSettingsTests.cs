using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Configuration;

public sealed class NodeSettingsTests
{
    private static readonly SettingsTree Reference = new(KafkaActorsConfig.Reference);

    [Test]
    public void Reference_keys_and_properties_match_one_to_one()
    {
        string[] properties = [.. SettingsReader.Keys(typeof(NodeSettings)).Select(key => key.Path)];
        Assert.That(properties, Is.Unique);
        Assert.That(properties, Is.EquivalentTo(Reference.Paths));
    }

    [Test]
    public void The_reference_reads_as_Kafkas_defaults()
    {
        NodeSettings settings = Read("");
        Assert.That(settings.NodeId, Is.EqualTo(new NodeId(1)));
        Assert.That(settings.Roles, Is.EqualTo(new[] { "voter", "broker" }));
        Assert.That(AkkaBinding.Of(settings.Listeners, settings.Cluster).PublicHost, Is.EqualTo("127.0.0.1"));
        Assert.That(settings.Listeners.AkkaPort, Is.EqualTo(4053));
        Assert.That(settings.TopicDefaults.SegmentBytes, Is.EqualTo(1 << 30));
        Assert.That(settings.TopicDefaults.RetentionHours, Is.EqualTo(TimeSpan.FromDays(7)));
        Assert.That(settings.TopicDefaults.FlushInterval, Is.Null);
        Assert.That(settings.TopicDefaults.TimestampBeforeMax, Is.EqualTo(TimeSpan.MaxValue));
        Assert.That(settings.Topics.AutoCreate, Is.True);
        Assert.That(settings.Cleaner, Is.EqualTo(new CleanerSettings
        {
            IsEnabled = true,
            Threads = 1,
            KeyMapBytes = 128 << 20,
            KeyMapLoadFactor = 0.9,
            MaxBytesPerSecond = double.MaxValue,
            Backoff = TimeSpan.FromSeconds(15),
        }));
    }

    [Test]
    public void An_unknown_key_is_named_with_the_one_that_was_probably_meant() =>
        Assert.That(() => Read("kafka-actors.log.segmnt.bytes = 5"), Throws.TypeOf<InvalidSettingException>()
            .With.Message.EqualTo(
                "kafka-actors.log.segmnt.bytes is not a setting; did you mean kafka-actors.log.segment.bytes?"));

    [Test]
    public void A_key_like_no_other_points_to_the_reference() =>
        Assert.That(() => Read("kafka-actors.zzzzzzzz.qqqqqqqqq = 5"), Throws.TypeOf<InvalidSettingException>()
            .With.Message.EqualTo(
                "kafka-actors.zzzzzzzz.qqqqqqqqq is not a setting; hocon/reference lists every setting"));

    [Test]
    public void A_value_where_a_section_stands_is_an_unknown_key() =>
        Assert.That(() => Read("kafka-actors.listeners = \"localhost:4053\""), Throws.TypeOf<InvalidSettingException>()
            .With.Message.Contains("kafka-actors.listeners"));

    [TestCase("log.segment.bytes", "abc", "cannot be read", "a size in bytes")]
    [TestCase("log.segment.bytes", "13", "is out of bounds", "from 14 to 2147483647")]
    [TestCase("log.segment.bytes", "2 GiB", "is out of bounds", "from 14 to 2147483647")]
    [TestCase("log.retention.ms", "a week", "cannot be read", "a duration")]
    [TestCase("log.retention.hours", "-2", "cannot be read", "a duration")]
    [TestCase("listeners.akka.port", "65536", "is out of bounds", "a whole number from 0 to 65535")]
    [TestCase("listeners.akka.port", "4053x", "cannot be read", "a whole number from 0 to 65535")]
    [TestCase("node.id", "", "is missing", "a whole number")]
    [TestCase("auto.create.topics.enable", "maybe", "cannot be read", "true or false")]
    [TestCase("log.flush.policy", "never", "cannot be read", "one of operating-system, group-commit")]
    [TestCase("process.roles", "[voter, king]", "cannot be read", "one of voter, broker")]
    [TestCase("log.cleaner.min.cleanable.ratio", "2", "cannot be read", "a number from 0 to 1")]
    [TestCase("log.cleaner.io.max.bytes.per.second", "0.5", "cannot be read", "a number of at least 1")]
    [TestCase("log.cleaner.dedupe.buffer.size", "1 KiB", "is out of bounds", "a size in bytes of at least 1048576")]
    public void A_value_that_cannot_be_used_is_named_with_what_was_expected(
        string key, string value, string fault, string expected)
    {
        string text = value.StartsWith('[') ? value : $"\"{value}\"";
        Assert.That(() => Read($"kafka-actors.{key} = {text}"), Throws.TypeOf<InvalidSettingException>()
            .With.Message.StartsWith($"kafka-actors.{key} = ").And.Message.Contains(fault)
            .And.Message.Contains(expected).And.Message.Not.Contains("\n"));
    }

    [TestCase("log.cleaner.threads = 129", "1 MiB")]
    [TestCase("log.cleaner.io.buffer.load.factor = 0", "0.01")]
    public void A_cleaner_without_room_for_keys_is_refused(string setting, string expected) =>
        Assert.That(() => Read($"kafka-actors.{setting}"), Throws.TypeOf<InvalidSettingException>()
            .With.Message.Contains("log.cleaner").And.Message.Contains(expected));

    [TestCase("log.cleaner.min.cleanable.ratio", "NaN")]
    [TestCase("log.cleaner.io.max.bytes.per.second", "Infinity")]
    [TestCase("log.retention.ms", "99999999999999999999")]
    [TestCase("log.retention.hours", "9223372036854775807 d")]
    [TestCase("log.segment.bytes", "-1")]
    [TestCase("log.retention.bytes", "-2")]
    [TestCase("socket.request.max.bytes", "9 TiB")]
    public void A_number_that_is_none_or_does_not_fit_is_refused(string key, string value) =>
        Assert.That(
            () => Read($"kafka-actors.{key} = \"{value}\""),
            Throws.TypeOf<InvalidSettingException>().With.Message.StartsWith($"kafka-actors.{key} = "));

    [TestCase(
        "log.cleaner.min.compaction.lag.ms = 1000\nkafka-actors.log.cleaner.max.compaction.lag.ms = 500",
        "log.cleaner.max.compaction.lag.ms")]
    [TestCase("group.min.session.timeout.ms = 1800001", "group.max.session.timeout.ms")]
    [TestCase("group.consumer.session.timeout.ms = 6000", "group.consumer.min.session.timeout.ms")]
    [TestCase("group.consumer.session.timeout.ms = 61000", "group.consumer.max.session.timeout.ms")]
    [TestCase("group.consumer.heartbeat.interval.ms = 500", "group.consumer.min.heartbeat.interval.ms")]
    [TestCase("group.consumer.max.heartbeat.interval.ms = 4000", "group.consumer.heartbeat.interval.ms")]
    [TestCase(
        "group.consumer.heartbeat.interval.ms = 45000\nkafka-actors.group.consumer.max.heartbeat.interval.ms = 45000",
        "group.consumer.session.timeout.ms")]
    public void Settings_that_contradict_each_other_are_refused_with_both_names(string settings, string other) =>
        Assert.That(
            () => Read($"kafka-actors.{settings}"),
            Throws.TypeOf<InvalidSettingException>().With.Message.Contains(settings.Split(' ')[0])
                .And.Message.Contains(other).And.Message.Not.Contains("\n"));

    [TestCaseSource(nameof(TypedKeys))]
    public void Every_key_that_is_no_free_text_refuses_nonsense(string key) =>
        Assert.That(() => Read($"kafka-actors.{key} = \"%nonsense%\""), Throws.TypeOf<InvalidSettingException>()
            .With.Message.StartsWith($"kafka-actors.{key} = \"%nonsense%\""));

    [TestCase("0.0.0.0")]
    [TestCase("::")]
    public void A_wildcard_host_needs_a_name_to_be_reached_by(string host)
    {
        string bound = $"kafka-actors.listeners.host = \"{host}\"";
        Assert.That(() => Read(bound), Throws.TypeOf<InvalidSettingException>()
            .With.Message.Contains("kafka-actors.listeners.advertised.host"));
        NodeSettings settings = Read(
            $"{bound}\nkafka-actors.listeners.advertised.host = broker1\nkafka-actors.cluster.secret.file = held");
        var expected = new AkkaBinding(host, "broker1", IsKeptBack: false);
        Assert.That(AkkaBinding.Of(settings.Listeners, settings.Cluster), Is.EqualTo(expected));
    }

    [TestCase("log.roll.hours", "24", "24")]
    [TestCase("log.retention.hours", "2 d", "48")]
    [TestCase("log.retention.hours", "-1", "-1")]
    [TestCase("log.retention.ms", "1 h", "3600000")]
    [TestCase("log.segment.bytes", "1 MiB", "1048576")]
    [TestCase("log.cleanup.policy", "compact, delete", "compact,delete")]
    [TestCase("unclean.leader.election.enable", "on", "true")]
    [TestCase("log.cleaner.min.cleanable.ratio", "0.25", "0.25")]
    [TestCase("log.message.timestamp.before.max.ms", "9223372036854775807", "9223372036854775807")]
    public void A_topic_default_is_given_in_Kafkas_notation(string key, string value, string expected) =>
        Assert.That(Read($"kafka-actors.{key} = \"{value}\"").TopicDefaults.Text(key), Is.EqualTo(expected));

    private static NodeSettings Read(string hocon) =>
        NodeSettings.Read(ConfigurationFactory.ParseString(hocon).WithFallback(KafkaActorsConfig.Reference));

    private static IEnumerable<string> TypedKeys() => SettingsReader.Keys(typeof(NodeSettings))
        .Where(key => key.Property.PropertyType != typeof(string)
            && !(key.Path is "log.dirs" or "cluster.seeds" or "controller.quorum.voters"
                or "listener.security.protocol.map"))
        .Select(key => key.Path);
}
