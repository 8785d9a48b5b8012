using System.Globalization;
using System.Reflection;
using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Groups;
using KafkaActors.Broker.Hosting;
using KafkaActors.Broker.Partitions;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Broker.Tests.Configuration;

/// <summary>
/// No setting is read and does nothing. Each is changed alone, and then what the node is made of must differ: the
/// configuration of logs, partitions, groups, internal topics, listeners and Akka. Where a value goes to its actor as
/// it is, the test sees only that code outside the settings reads it, and says so in its output; what the value does
/// is tested with that actor. A new key fails until one of the two holds.
/// </summary>
public sealed class EverySettingTests
{
    private static readonly NodeId Node = new(1);
    private static readonly NodeSettings Reference = NodeSettings.Read(KafkaActorsConfig.Reference);
    private static readonly string ByReference = Effects(Config.Empty);

    private static readonly CalledMethods Called =
        new(typeof(NodeSettings).Assembly, typeof(NodeSettings).Namespace!);

    // Where the next greater value is not allowed, is no value, or makes no sense of a text.
    private static readonly Dictionary<string, string> Values = new()
    {
        ["log.dirs"] = "[\"a\", \"b\"]",
        ["controller.quorum.voters"] = "[\"1@127.0.0.1:1\"]",
        ["cluster.seeds"] = "[\"127.0.0.1:1\"]",
        ["process.roles"] = "[\"broker\"]",
        ["listeners.host"] = "localhost",
        ["listeners.advertised.host"] = "node.test",
        ["listeners.akka.host"] = "localhost",
        ["listeners.kafka.host"] = "localhost",
        ["listeners.command.host"] = "localhost",
        ["listeners.http.host"] = "localhost",
        ["kafka.listeners"] = "[\"A://127.0.0.1:1\"]",
        ["kafka.advertised.listeners"] = "[\"PLAINTEXT://node.test:1\"]",
        ["log.cleanup.policy"] = "compact",
        ["group.consumer.assignors"] = "[\"range\"]",
        ["group.consumer.min.heartbeat.interval.ms"] = "4999",
        ["group.consumer.min.session.timeout.ms"] = "44999",
        ["group.max.size"] = "5",
        ["group.consumer.max.size"] = "5",
        ["log.cleaner.max.compaction.lag.ms"] = "5",
        ["log.cleaner.io.max.bytes.per.second"] = "5",
        ["log.message.timestamp.before.max.ms"] = "5",
        ["log.flush.interval.messages"] = "5",
    };

    private static IEnumerable<string> Keys => SettingsReader.Keys(typeof(NodeSettings)).Select(key => key.Path)
        // These two are about what is refused: a listener that asks for what is not built, or that does not exist.
        .Except(["listener.security.protocol.map", "inter.broker.listener.name"]);

    [TestCaseSource(nameof(Keys))]
    public void A_setting_that_is_changed_has_an_effect(string path)
    {
        PropertyInfo property = SettingsReader.Keys(typeof(NodeSettings)).Single(key => key.Path == path).Property;
        Config changed = ConfigurationFactory.ParseString($"kafka-actors.{path} = {Other(path, property)}");
        bool isSeen = Effects(changed) != ByReference;
        bool isRead = Called.Contain(property.GetMethod!);
        TestContext.Out.WriteLine(isSeen ? "its effect is seen" : "it is only seen to be read");
        Assert.That(isSeen || isRead, Is.True, "nothing comes of it, and nobody reads it");
    }

    [Test]
    public void Two_settings_name_what_is_refused()
    {
        Assert.That(
            () => Effects(ConfigurationFactory.ParseString(
                "kafka-actors.listener.security.protocol.map = [\"PLAINTEXT:SSL\"]")),
            Throws.TypeOf<InvalidSettingException>());
        Assert.That(
            () => Effects(ConfigurationFactory.ParseString("kafka-actors.inter.broker.listener.name = OTHER")),
            Throws.TypeOf<InvalidSettingException>());
    }

    [TestCaseSource(nameof(TopicConfigNames))]
    public void A_topic_s_configuration_that_is_changed_has_an_effect(string name)
    {
        ConfigDefinition definition = TopicConfigs.Find(name)!;
        string value = definition.Type switch
        {
            ConfigType.Boolean => "true",
            ConfigType.Double => "0.25",
            ConfigType.String or ConfigType.List => definition.Allowed.First(word => word != definition.Default),
            _ => definition.Default == "5" ? "6" : "5000",
        };
        MetadataImage image = MetadataImage.Empty.Apply(
            new ConfigChanged(ConfigResource.Topic("t"), name, value), new MetadataOffset(1));
        Assert.That(OfTopic(image, TopicConfigDefaults.Kafka), Is.Not.EqualTo(
            OfTopic(MetadataImage.Empty, TopicConfigDefaults.Kafka)));
    }

    [TestCaseSource(nameof(GroupConfigNames))]
    public void A_group_s_configuration_that_is_changed_has_an_effect(string name)
    {
        MetadataImage image = MetadataImage.Empty.Apply(
            new ConfigChanged(ConfigResource.Group("g"), name, "7777"), new MetadataOffset(1));
        Assert.That(GroupConfigs.Of(image, "g", Reference.Groups.ForGroups()), Is.Not.EqualTo(
            GroupConfigs.Of(MetadataImage.Empty, "g", Reference.Groups.ForGroups())));
    }

    private static IEnumerable<string> TopicConfigNames => TopicConfigs.All.Select(definition => definition.Name);

    private static IEnumerable<string> GroupConfigNames => GroupConfigs.All.Select(definition => definition.Name);

    private static string Effects(Config user)
    {
        NodeSettings settings = NodeSettings.Read(user.WithFallback(KafkaActorsConfig.Reference));
        Config process = KafkaActorsConfig.ForProcess(user);
        NewTopic offsets = OffsetsTopic.Own(settings.Groups);
        var groups = settings.Groups.ForGroups();
        return string.Join('\n', [
            OfTopic(MetadataImage.Empty, StaticTopicConfigs.Of(settings.TopicDefaults)),
            $"rack {settings.Rack}", groups.ToString(), string.Join(',', groups.ConsumerAssignors),
            offsets.ToString(), string.Join(',', offsets.Configs.Values),
            .. NamedListener.Of(settings).Select(listener => listener.ToString()),
            settings.Cleaner.KeyMapBytesOfThread.ToString(CultureInfo.InvariantCulture),
            process.GetConfig("akka").Root.ToString(),
            process.GetConfig("kafka-actors.dispatchers").Root.ToString(),
            process.GetConfig("kafka-actors.journal").Root.ToString(),
            .. StartWarnings.Of(settings, ownsProcess: true),
        ]);
    }

    private static string OfTopic(MetadataImage image, TopicConfigDefaults defaults)
    {
        var topics = new TopicLogSettings(defaults, Node);
        var log = topics.LogConfigOf(image, "t");
        PartitionSettings partition = topics.PartitionSettingsOf(image, "t", log);
        // What the cluster begins with; from then on it is the cluster's.
        string least = defaults.FirstCommitted(TopicConfigs.MinInSyncReplicas);
        string unclean = defaults.FirstCommitted(TopicConfigs.UncleanLeaderElectionEnable);
        ConfigValue uncleanNow = defaults.Value(image, NodeId.None, "t", TopicConfigs.UncleanLeaderElectionEnable);
        return $"{log}\n{partition}\n{least}\n{unclean}\n{uncleanNow.Text}";
    }

    private static string Other(string path, PropertyInfo property)
    {
        if (Values.TryGetValue(path, out string? given)) return given;
        HoconKeyAttribute key = property.GetCustomAttribute<HoconKeyAttribute>()!;
        string? now = Reference.Describe().GetValueOrDefault(path);
        if (key.Words is { } words) return words.Split('|').First(word => word != now);
        if (property.PropertyType == typeof(bool)) return now == "true" ? "false" : "true";
        if (property.PropertyType == typeof(double)) return "0.5" == now ? "0.25" : "0.5";
        return now is null ? "5" : (long.Parse(now, CultureInfo.InvariantCulture) + 1).ToString(
            CultureInfo.InvariantCulture);
    }
}
