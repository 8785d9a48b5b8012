using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Groups;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Tests.Decisions;

public sealed class ConfigDecisionsTests
{
    private static readonly ConfigResource Topic = ConfigResource.Topic("t");

    [TestCase("retention.ms", ConfigOperation.Set, "5", ErrorCode.None, "5")]
    [TestCase("retention.ms", ConfigOperation.Set, "x", ErrorCode.InvalidConfig, null)]
    [TestCase("retention.ms", ConfigOperation.Set, null, ErrorCode.InvalidRequest, null)]
    [TestCase("retention.ms", ConfigOperation.Delete, null, ErrorCode.None, null)]
    [TestCase("retention.ms", ConfigOperation.Append, "5", ErrorCode.InvalidConfig, null)]
    [TestCase("nonsense", ConfigOperation.Set, "5", ErrorCode.InvalidConfig, null)]
    [TestCase("nonsense", ConfigOperation.Delete, null, ErrorCode.InvalidConfig, null)]
    [TestCase("cleanup.policy", ConfigOperation.Append, "compact", ErrorCode.None, "delete,compact")]
    [TestCase("cleanup.policy", ConfigOperation.Append, "delete", ErrorCode.None, "delete")]
    [TestCase("cleanup.policy", ConfigOperation.Subtract, "delete", ErrorCode.InvalidConfig, null)]
    [TestCase("cleanup.policy", ConfigOperation.Append, "burn", ErrorCode.InvalidConfig, null)]
    public void A_change_of_an_unset_key(
        string name, ConfigOperation operation, string? value, ErrorCode error, string? after)
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1]);
        ResourceResult result = Alter(builder, Topic, new ConfigChangeRequest(name, operation, value)).Single();
        Assert.That(result.Error, Is.EqualTo(error), result.Message);
        Assert.That(builder.Image.ConfigsOf(Topic).GetValueOrDefault(name), Is.EqualTo(after));
    }

    [Test]
    public void A_set_key_can_be_changed_and_deleted()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1])
            .With(new ConfigChanged(Topic, "cleanup.policy", "compact,delete"))
            .With(new ConfigChanged(Topic, "retention.ms", "1"));
        Alter(
            builder, Topic, new ConfigChangeRequest("cleanup.policy", ConfigOperation.Subtract, "delete"),
            new ConfigChangeRequest("retention.ms", ConfigOperation.Delete, null));
        Assert.That(builder.Image.ConfigsOf(Topic).Single().Value, Is.EqualTo("compact"));
    }

    [Test]
    public void Changes_of_one_resource_are_made_together_or_not_at_all()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1]);
        Alter(
            builder, Topic, new ConfigChangeRequest("retention.ms", ConfigOperation.Set, "1"),
            new ConfigChangeRequest("nonsense", ConfigOperation.Set, "1"));
        Assert.That(builder.Image.Configs, Is.Empty);
    }

    [Test]
    public void What_changes_nothing_commits_nothing()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1])
            .With(new ConfigChanged(Topic, "retention.ms", "1"));
        var request = new ResourceChangeRequest(Topic, [new("retention.ms", ConfigOperation.Set, "1")]);
        Assert.That(ConfigDecisions.Alter(builder.Image, [request], ControllerPolicy.Kafka).Events, Is.Empty);
    }

    [TestCase(ConfigResourceType.Topic, "nobody", "retention.ms", ErrorCode.UnknownTopicOrPartition)]
    [TestCase(ConfigResourceType.Broker, "", "log.retention.ms", ErrorCode.None)]
    [TestCase(ConfigResourceType.Broker, "1", "log.retention.ms", ErrorCode.None)]
    [TestCase(ConfigResourceType.Broker, "one", "log.retention.ms", ErrorCode.InvalidRequest)]
    [TestCase(ConfigResourceType.Broker, "1", "log.retention.hours", ErrorCode.InvalidConfig)]
    [TestCase(ConfigResourceType.Broker, "1", "retention.ms", ErrorCode.InvalidConfig)]
    [TestCase(ConfigResourceType.Group, "g", "consumer.session.timeout.ms", ErrorCode.InvalidConfig)]
    [TestCase(ConfigResourceType.Group, "g", "retention.ms", ErrorCode.InvalidConfig)]
    [TestCase(ConfigResourceType.Group, "", "consumer.session.timeout.ms", ErrorCode.InvalidRequest)]
    [TestCase((ConfigResourceType)9, "1", "retention.ms", ErrorCode.InvalidRequest)]
    public void Each_resource_has_its_names(ConfigResourceType type, string resource, string name, ErrorCode error)
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1]);
        var change = new ConfigChangeRequest(name, ConfigOperation.Set, "5");
        Assert.That(
            Alter(builder, new ConfigResource(type, resource), change).Single().Error, Is.EqualTo(error));
    }

    [TestCase("consumer.session.timeout.ms", " 50000 ", ErrorCode.None)]
    [TestCase("consumer.session.timeout.ms", "44999", ErrorCode.InvalidConfig)]
    [TestCase("consumer.session.timeout.ms", "60001", ErrorCode.InvalidConfig)]
    [TestCase("consumer.session.timeout.ms", "3000000000", ErrorCode.InvalidConfig)]
    [TestCase("consumer.heartbeat.interval.ms", "5000", ErrorCode.None)]
    [TestCase("consumer.heartbeat.interval.ms", "4999", ErrorCode.InvalidConfig)]
    [TestCase("consumer.heartbeat.interval.ms", "15001", ErrorCode.InvalidConfig)]
    public void A_group_keeps_to_the_bounds_of_the_broker(string name, string value, ErrorCode error)
    {
        var builder = new ImageBuilder();
        ResourceResult result = Alter(
            builder, ConfigResource.Group("g"), new ConfigChangeRequest(name, ConfigOperation.Set, value)).Single();
        Assert.That(result.Error, Is.EqualTo(error), result.Message);
        Assert.That(
            builder.Image.ConfigsOf(ConfigResource.Group("g")).GetValueOrDefault(name),
            Is.EqualTo(error == ErrorCode.None ? value.Trim() : null));
    }

    [Test]
    public void A_heartbeat_interval_must_lie_within_the_session()
    {
        ControllerPolicy policy = ControllerPolicy.Kafka with
        {
            Groups = GroupSettings.Default with { ConsumerMinSessionTimeout = TimeSpan.FromSeconds(1) },
        };
        var request = new ResourceChangeRequest(
            ConfigResource.Group("g"), [new("consumer.session.timeout.ms", ConfigOperation.Set, "5000")]);
        ResourceResult result = ConfigDecisions.Alter(MetadataImage.Empty, [request], policy).Result.Single();
        Assert.That(result.Error, Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(result.Message, Does.Contain("consumer.heartbeat.interval.ms (5000)"));
    }

    [Test]
    public void What_holds_for_a_group_is_its_own_and_else_the_broker_s()
    {
        var builder = new ImageBuilder();
        Alter(
            builder,
            ConfigResource.Group("g"),
            new ConfigChangeRequest("consumer.heartbeat.interval.ms", ConfigOperation.Set, "7000"));
        GroupSettings broker = GroupSettings.Default with { ConsumerSessionTimeout = TimeSpan.FromSeconds(46) };
        Assert.That(
            GroupConfigs.Of(builder.Image, "g", broker),
            Is.EqualTo(new GroupConfig(TimeSpan.FromSeconds(46), TimeSpan.FromSeconds(7))));
        Assert.That(
            GroupConfigs.Of(builder.Image, "h", broker),
            Is.EqualTo(new GroupConfig(TimeSpan.FromSeconds(46), TimeSpan.FromSeconds(5))));
        Assert.That(
            GroupConfigs.Values(builder.Image, "g", broker)
                .Select(value => (value.Name, value.Text, value.Origin)),
            Is.EqualTo(new[]
            {
                ("consumer.heartbeat.interval.ms", "7000", ConfigSource.GroupConfig),
                ("consumer.session.timeout.ms", "46000", ConfigSource.DefaultConfig),
            }));
    }

    [TestCase("min.compaction.lag.ms", "1000", ErrorCode.InvalidConfig)]
    [TestCase("min.compaction.lag.ms", "500", ErrorCode.None)]
    public void The_least_compaction_lag_is_not_above_the_greatest(string name, string value, ErrorCode error)
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1])
            .With(new ConfigChanged(Topic, "max.compaction.lag.ms", "500"));
        ResourceResult result =
            Alter(builder, Topic, new ConfigChangeRequest(name, ConfigOperation.Set, value)).Single();
        Assert.That(result.Error, Is.EqualTo(error), result.Message);
    }

    [TestCase("cleanup.policy", ConfigOperation.Set, "delete", ErrorCode.InvalidConfig)]
    [TestCase("cleanup.policy", ConfigOperation.Append, "delete", ErrorCode.InvalidConfig)]
    [TestCase("cleanup.policy", ConfigOperation.Delete, null, ErrorCode.InvalidConfig)]
    [TestCase("retention.ms", ConfigOperation.Set, "5", ErrorCode.None)]
    public void An_internal_topic_stays_compacted(
        string name, ConfigOperation operation, string? value, ErrorCode error)
    {
        ConfigResource offsets = ConfigResource.Topic("__consumer_offsets");
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "__consumer_offsets", [1])
            .With(new ConfigChanged(offsets, "cleanup.policy", "compact"));
        ResourceResult result = Alter(builder, offsets, new ConfigChangeRequest(name, operation, value)).Single();
        Assert.That(result.Error, Is.EqualTo(error), result.Message);
    }

    [Test]
    public void One_request_sets_no_more_text_than_an_entry_of_the_metadata_can_bear()
    {
        ResourceChangeRequest[] requests = [.. Enumerable.Range(0, 40).Select(i => new ResourceChangeRequest(
            ConfigResource.Group($"{i}{new string('g', 30_000)}"),
            [new("consumer.session.timeout.ms", ConfigOperation.Set, "50000")]))];
        var decision = ConfigDecisions.Alter(MetadataImage.Empty, requests, ControllerPolicy.Kafka);
        Assert.That(decision.Result.Select(result => result.Error).Distinct(), Is.EqualTo(
            new[] { ErrorCode.None, ErrorCode.PolicyViolation }));
        Assert.That(decision.Events, Has.Count.EqualTo(33));
    }

    [Test]
    public void A_rule_counts_the_broker_s_default_too()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1]);
        var least = new ConfigChangeRequest("log.cleaner.min.compaction.lag.ms", ConfigOperation.Set, "1000");
        var most = new ConfigChangeRequest("log.cleaner.max.compaction.lag.ms", ConfigOperation.Set, "500");
        Assert.That(
            Alter(builder, ConfigResource.AllBrokers, least, most).Single().Error,
            Is.EqualTo(ErrorCode.InvalidConfig));
        Assert.That(Alter(builder, ConfigResource.AllBrokers, least).Single().Error, Is.EqualTo(ErrorCode.None));
        var topic = new ConfigChangeRequest("max.compaction.lag.ms", ConfigOperation.Set, "500");
        Assert.That(Alter(builder, Topic, topic).Single().Error, Is.EqualTo(ErrorCode.InvalidConfig));
    }

    [Test]
    public void Naming_a_key_or_a_resource_twice_is_refused()
    {
        ImageBuilder builder = new ImageBuilder().Broker(1).Topic(1, "t", [1]);
        var change = new ConfigChangeRequest("retention.ms", ConfigOperation.Set, "5");
        Assert.That(Alter(builder, Topic, change, change).Single().Error, Is.EqualTo(ErrorCode.InvalidRequest));
        var decision = ConfigDecisions.Alter(
            builder.Image, [new(Topic, [change]), new(Topic, [change])], ControllerPolicy.Kafka);
        Assert.That(decision.Result.Select(result => result.Error), Is.All.EqualTo(ErrorCode.InvalidRequest));
        Assert.That(decision.Events, Is.Empty);
    }

    private static IReadOnlyList<ResourceResult> Alter(
        ImageBuilder builder, ConfigResource resource, params ConfigChangeRequest[] changes)
    {
        var decision = ConfigDecisions.Alter(
            builder.Image, [new ResourceChangeRequest(resource, changes)], ControllerPolicy.Kafka);
        builder.With([.. decision.Events]);
        return decision.Result;
    }
}
