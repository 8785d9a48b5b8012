namespace KafkaActors.Broker.Hosting;

/// <summary>Why a node has stopped.</summary>
public enum NodeStopReason
{
    /// <summary>Its host asked for it.</summary>
    Requested,

    /// <summary>It was removed, or its controller gave up: its process should end and be started again.</summary>
    Removed,
}
