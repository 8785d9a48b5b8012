using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Hosting;

/// <summary>What a host decides about a node beside its configuration.</summary>
public sealed record NodeOptions
{
    /// <summary>The name of the ActorSystem; every node and client of a cluster has to know it.</summary>
    public string SystemName { get; init; } = KafkaActorsConfig.SystemName;

    /// <summary>Where the node's log goes; null drops it.</summary>
    public TextWriter? Log { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Whether the process is the node's alone, as in the <c>node</c> command: then it gives back memory that a flood
    /// of requests took, once it is over, with a collection that stops the process for a moment.
    /// </summary>
    public bool OwnsProcess { get; init; }

    /// <summary>The disk; another one in tests of failures.</summary>
    public IFileSystem Files { get; init; } = PhysicalFileSystem.Instance;
}
