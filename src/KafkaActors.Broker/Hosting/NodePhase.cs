namespace KafkaActors.Broker.Hosting;

/// <summary>Where a node stands between its start and its end; the order is that of the boot.</summary>
internal enum NodePhase
{
    /// <summary>It waits for metadata of a formed cluster.</summary>
    Following,

    /// <summary>It asks the controller for a registration of this incarnation.</summary>
    Registering,

    /// <summary>It is registered and fenced, and opens its logs.</summary>
    Recovering,

    /// <summary>It asks the controller to be unfenced.</summary>
    Unfencing,

    Serving,

    /// <summary>It asks the controller to take over what it leads.</summary>
    HandingOver,

    /// <summary>Nothing is asked any more: handed over, or failed.</summary>
    Ended,
}
