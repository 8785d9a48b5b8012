namespace KafkaActors.Broker.Bootstrap;

/// <summary>How a node comes into its cluster.</summary>
internal enum BootstrapMode
{
    /// <summary>By the conversation with the nodes that it knows.</summary>
    Asking,

    /// <summary>It knows of nobody else, and forms a cluster of its own or goes on with it.</summary>
    Alone,

    /// <summary>Its host's ActorSystem is in a cluster, or on its way.</summary>
    Hosted,
}
