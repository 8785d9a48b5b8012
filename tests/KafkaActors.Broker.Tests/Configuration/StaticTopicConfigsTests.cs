using Akka.Configuration;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Hosting;
using KafkaActors.Coordination.Configuration;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Broker.Tests.Configuration;

public sealed class StaticTopicConfigsTests
{
    [Test]
    public void The_reference_gives_every_topic_configuration_its_default()
    {
        TopicDefaultSettings reference = NodeSettings.Read(KafkaActorsConfig.Reference).TopicDefaults;
        var all = new TopicConfigDefaults(reference.Text);
        foreach (ConfigDefinition definition in TopicConfigs.All)
        {
            ConfigValue value = all.Value(MetadataImage.Empty, new NodeId(1), "topic", definition.Name);
            Assert.That(value.Text, Is.EqualTo(definition.Default), definition.Name);
        }
    }

    [Test]
    public void Every_broker_setting_of_a_topic_configuration_is_a_key()
    {
        string[] keys = [.. SettingsReader.Keys(typeof(NodeSettings)).Select(key => key.Path)];
        Assert.That(
            TopicConfigs.All.SelectMany(definition => definition.BrokerSettings).Select(setting => setting.Name),
            Is.SubsetOf(keys));
    }

    [TestCase("log.retention.hours = 24", "retention.ms", "86400000", ConfigSource.StaticBrokerConfig)]
    [TestCase("log.retention.minutes = 5", "retention.ms", "300000", ConfigSource.StaticBrokerConfig)]
    [TestCase("log.retention.hours = -1", "retention.ms", "-1", ConfigSource.StaticBrokerConfig)]
    [TestCase("log.segment.bytes = 1 GiB", "segment.bytes", "1073741824", ConfigSource.DefaultConfig)]
    [TestCase("log.flush.policy = group-commit", "flush.policy", "group-commit", ConfigSource.StaticBrokerConfig)]
    public void What_the_node_sets_holds_for_its_topics(string hocon, string name, string text, ConfigSource origin)
    {
        NodeSettings settings = NodeSettings.Read(
            ConfigurationFactory.ParseString($"kafka-actors.{hocon}").WithFallback(KafkaActorsConfig.Reference));
        ConfigValue value = StaticTopicConfigs.Of(settings.TopicDefaults)
            .Value(MetadataImage.Empty, new NodeId(1), "topic", name);
        Assert.That((value.Text, value.Origin), Is.EqualTo((text, origin)));
    }
}
