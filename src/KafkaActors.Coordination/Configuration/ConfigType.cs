namespace KafkaActors.Coordination.Configuration;

/// <summary>The type of a configuration's value; the numbers are the protocol's (KIP-569).</summary>
public enum ConfigType : byte
{
    Boolean = 1,
    String = 2,
    Int = 3,
    Short = 4,
    Long = 5,
    Double = 6,
    List = 7,
}
