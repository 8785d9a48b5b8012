namespace KafkaActors.Coordination.Metadata;

/// <summary>The numbers are the protocol's.</summary>
public enum ConfigResourceType : byte
{
    Topic = 2,
    Broker = 4,
    Group = 32,
}
