using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Metadata.MetadataEvent;

namespace KafkaActors.Coordination.Tests.Configuration;

public sealed class TopicConfigsTests
{
    [TestCase("retention.ms", "604800000")]
    [TestCase("segment.bytes", "1073741824")]
    [TestCase("max.message.bytes", "1048588")]
    [TestCase("flush.ms", "9223372036854775807")]
    [TestCase("cleanup.policy", "delete")]
    [TestCase("compression.type", "producer")]
    [TestCase("message.timestamp.type", "CreateTime")]
    [TestCase("min.insync.replicas", "1")]
    [TestCase("unclean.leader.election.enable", "false")]
    public void Defaults_are_those_of_Kafka(string name, string value) =>
        Assert.That(TopicConfigs.Find(name)!.Default, Is.EqualTo(value));

    [Test]
    public void Every_default_is_valid_and_names_are_in_order_and_documented()
    {
        foreach (ConfigDefinition definition in TopicConfigs.All)
        {
            Assert.That(definition.Fault(definition.Default), Is.Null, definition.Name);
            Assert.That(definition.Documentation, Is.Not.Empty, definition.Name);
            Assert.That(definition.BrokerSettings, Is.Not.Empty, definition.Name);
        }

        Assert.That(TopicConfigs.All.Select(d => d.Name), Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
    }

    [TestCase("retention.ms", "-1", true)]
    [TestCase("retention.ms", "-2", false)]
    [TestCase("retention.ms", "1h", false)]
    [TestCase("retention.ms", "", false)]
    [TestCase("segment.bytes", "13", false)]
    [TestCase("segment.bytes", "14", true)]
    [TestCase("segment.bytes", "2147483648", false)]
    [TestCase("cleanup.policy", "compact,delete", true)]
    [TestCase("cleanup.policy", "", false)]
    [TestCase("cleanup.policy", "burn", false)]
    [TestCase("compression.type", "zstd", true)]
    [TestCase("compression.type", "ZSTD", false)]
    [TestCase("preallocate", "true", true)]
    [TestCase("preallocate", "yes", false)]
    [TestCase("min.cleanable.dirty.ratio", "0.25", true)]
    [TestCase("min.cleanable.dirty.ratio", "1.01", false)]
    [TestCase("min.insync.replicas", "0", false)]
    [TestCase("flush.policy", "group-commit", true)]
    public void Values_are_held_against_type_and_bounds(string name, string value, bool valid) =>
        Assert.That(TopicConfigs.Find(name)!.Fault(value) is null, Is.EqualTo(valid));

    [TestCase("preallocate", "True", "true")]
    [TestCase("preallocate", " FALSE\t", "false")]
    [TestCase("retention.ms", " 1000 ", "1000")]
    [TestCase("retention.ms", "+1000", "1000")]
    [TestCase("cleanup.policy", " compact , delete ", "compact,delete")]
    [TestCase("cleanup.policy", "delete,compact,delete", "delete,compact")]
    [TestCase("compression.type", " zstd ", "zstd")]
    [TestCase("min.cleanable.dirty.ratio", " 5E-1", "0.5")]
    [TestCase("max.compaction.lag.ms", "9223372036854775807", "9223372036854775807")]
    public void A_value_is_kept_without_what_stands_around_it(string name, string text, string kept)
    {
        Assert.That(TopicConfigs.Find(name)!.TryRead(text, out string? value, out string? fault), Is.True, fault);
        Assert.That(value, Is.EqualTo(kept));
    }

    [TestCase("min.cleanable.dirty.ratio", "NaN")]
    [TestCase("min.cleanable.dirty.ratio", "Infinity")]
    [TestCase("min.cleanable.dirty.ratio", "-0.1")]
    [TestCase("retention.ms", "9223372036854775808")]
    [TestCase("retention.ms", "1 000")]
    [TestCase("retention.ms", "1e3")]
    [TestCase("segment.bytes", "-1")]
    [TestCase("preallocate", "1")]
    [TestCase("cleanup.policy", " , ")]
    public void What_Kafka_does_not_read_is_refused(string name, string text) =>
        Assert.That(TopicConfigs.Find(name)!.Fault(text), Does.Contain(name));

    [Test]
    public void A_long_text_of_a_client_does_not_come_back_whole() =>
        Assert.That(TopicConfigs.Find("retention.ms")!.Fault(new string('9', 100_000)), Has.Length.LessThan(300));

    [TestCase("message.format.version")]
    [TestCase("follower.replication.throttled.replicas")]
    public void A_text_that_not_every_answer_could_show_is_refused(string name)
    {
        Assert.That(TopicConfigs.Read(name, new string('x', 32_767), out _), Is.Null);
        Assert.That(TopicConfigs.Read(name, new string('x', 32_768), out _), Does.Contain("longer than"));
        Assert.That(TopicConfigs.Read(name, new string('\u20ac', 11_000), out _), Does.Contain("longer than"));
    }

    [TestCase("log.retention.hours", "retention.ms", "9223372036854775807", "9223372036854775807")]
    [TestCase("log.retention.minutes", "retention.ms", "153722867280912931", "9223372036854775807")]
    [TestCase("log.retention.hours", "retention.ms", "-1", "-1")]
    public void A_duration_that_does_not_fit_is_for_ever(string setting, string name, string text, string value)
    {
        var defaults = new TopicConfigDefaults(asked => asked == setting ? text : null);
        Assert.That(
            defaults.Value(MetadataImage.Empty, new NodeId(1), "t", name).Text, Is.EqualTo(value));
    }

    [Test]
    public void The_nearest_setting_wins()
    {
        var node = new NodeId(1);
        var defaults = new TopicConfigDefaults(name => name == "log.retention.hours" ? "2" : null);
        var builder = new ImageBuilder();
        Expect("7200000", ConfigSource.StaticBrokerConfig);
        builder.With(new ConfigChanged(ConfigResource.AllBrokers, "log.retention.minutes", "3"));
        Expect("180000", ConfigSource.DynamicDefaultBrokerConfig);
        builder.With(new ConfigChanged(new ConfigResource(ConfigResourceType.Broker, "1"), "log.retention.ms", "4"));
        Expect("4", ConfigSource.DynamicBrokerConfig);
        builder.With(new ConfigChanged(ConfigResource.Topic("t"), "retention.ms", "5"));
        Expect("5", ConfigSource.DynamicTopicConfig);

        void Expect(string text, ConfigSource origin)
        {
            ConfigValue value = defaults.Value(builder.Image, node, "t", "retention.ms");
            Assert.That((value.Text, value.Origin), Is.EqualTo((text, origin)));
        }
    }

    [Test]
    public void The_finer_unit_wins_over_the_coarser()
    {
        var defaults = new TopicConfigDefaults(name => name switch
        {
            "log.retention.hours" => "2",
            "log.retention.ms" => "-1",
            _ => null,
        });
        ConfigValue value = defaults.Value(MetadataImage.Empty, new NodeId(1), "t", "retention.ms");
        Assert.That(value.Text, Is.EqualTo("-1"));
        Assert.That(value.AsDuration, Is.Null);
    }

    [Test]
    public void A_bad_broker_setting_is_named() =>
        Assert.That(
            () => new TopicConfigDefaults(name => name == "log.segment.bytes" ? "many" : null),
            Throws.ArgumentException.With.Message.Contains("log.segment.bytes"));

    [Test]
    public void A_duration_of_the_greatest_number_is_for_ever()
    {
        ConfigValue value = TopicConfigDefaults.Kafka.Value(MetadataImage.Empty, new NodeId(1), "t", "flush.ms");
        Assert.That(value.AsDuration, Is.Null);
        value = TopicConfigDefaults.Kafka.Value(MetadataImage.Empty, new NodeId(1), "t", "segment.ms");
        Assert.That(value.AsDuration, Is.EqualTo(TimeSpan.FromDays(7)));
    }
}
