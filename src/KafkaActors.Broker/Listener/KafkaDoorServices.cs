using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Handlers;
using KafkaActors.Broker.Partitions;

namespace KafkaActors.Broker.Listener;

/// <summary>What the connections of a node share.</summary>
internal sealed record KafkaDoorServices(
    KafkaListenerSettings Settings, ApiHandlers Handlers, TimeProvider Clock, ConnectionLog Log)
{
    public RequestMemory Memory { get; } = new(Settings.QueuedMaxRequestBytes);

    /// <summary>Where records are read that may have to come from the disk.</summary>
    public required BlockingIo Disk { get; init; }
}
