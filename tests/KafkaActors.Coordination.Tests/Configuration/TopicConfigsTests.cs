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

    [Test]
    public void The_nearest_setting_wins()
    {
        var node = new NodeId(1);
        var defaults = new TopicConfigDefaults(name => name == "log.retention.hours" ? "2" : null);
        var builder = new ImageBuilder();
        Expect("7200000", ConfigOrigin.StaticBroker);
        builder.With(new ConfigChanged(ConfigResource.AllBrokers, "log.retention.minutes", "3"));
        Expect("180000", ConfigOrigin.DynamicDefaultBroker);
        builder.With(new ConfigChanged(new ConfigResource(ConfigResourceType.Broker, "1"), "log.retention.ms", "4"));
        Expect("4", ConfigOrigin.DynamicBroker);
        builder.With(new ConfigChanged(ConfigResource.Topic("t"), "retention.ms", "5"));
        Expect("5", ConfigOrigin.DynamicTopic);

        void Expect(string text, ConfigOrigin origin)
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
