namespace KafkaActors.Client.Configuration;

/// <summary>How a consumer is a member of its group (<c>group.protocol</c>).</summary>
public enum GroupProtocol
{
    /// <summary>One member assigns for all of them, by an assignor that all have.</summary>
    Classic,

    /// <summary>The coordinator assigns (KIP-848); Apache Kafka has it since 4.0.</summary>
    Consumer,
}
