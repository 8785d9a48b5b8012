using KafkaActors.Broker.Budgets;
using KafkaActors.Broker.Configuration;
using KafkaActors.Broker.Dispatch;
using KafkaActors.Broker.Handlers;

namespace KafkaActors.Broker.Listener;

/// <summary>What the connections of a node share.</summary>
internal sealed record KafkaDoorServices(
    KafkaListenerSettings Settings, ApiHandlers Handlers, TimeProvider Clock, ConnectionLog Log)
{
    /// <summary>Null where the process's file descriptors have no limit that we know.</summary>
    public DescriptorBudget? Descriptors { get; init; }

    public RequestMemory Memory { get; } =
        new(Settings.QueuedMaxRequestBytes, Settings.QueuedMaxRequestObjectsBytes);

    public ByteBudget Responses { get; } = new("responses", Settings.QueuedMaxResponseBytes);

    /// <summary>Where records are read that may have to come from the disk.</summary>
    public required Bulkhead ColdReads { get; init; }

    /// <summary>Where batches are opened that take long.</summary>
    public required Bulkhead Compression { get; init; }
}
