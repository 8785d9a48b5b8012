namespace KafkaActors.Protocol;

/// <summary>Where a configuration's value comes from; the numbers are the protocol's (DescribeConfigs v1).</summary>
public enum ConfigSource : sbyte
{
    DynamicTopicConfig = 1,
    DynamicBrokerConfig = 2,
    DynamicDefaultBrokerConfig = 3,
    StaticBrokerConfig = 4,
    DefaultConfig = 5,
    GroupConfig = 8,
}
