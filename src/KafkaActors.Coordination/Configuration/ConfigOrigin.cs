namespace KafkaActors.Coordination.Configuration;

/// <summary>Where a value comes from; the numbers are the protocol's (DescribeConfigs v1).</summary>
public enum ConfigOrigin : byte
{
    DynamicTopic = 1,
    DynamicBroker = 2,
    DynamicDefaultBroker = 3,
    StaticBroker = 4,
    Default = 5,
    Group = 8,
}
