using KafkaActors.Coordination.Bootstrap;
using KafkaActors.Coordination.Causes;

namespace KafkaActors.Broker.Bootstrap;

/// <summary>What the bootstrap actor is made of.</summary>
/// <param name="Mode">Whether it has to find the node a cluster.</param>
/// <param name="JoinTimeout"><c>cluster.join.timeout.ms</c></param>
/// <param name="Clock">Counts the time that the process sleeps as well, as others do who wait for it.</param>
/// <param name="OnFatal">Told, once, that the node has to go, as it is on an island.</param>
internal sealed record BootstrapServices(
    BootstrapMode Mode,
    BootstrapSettings Settings,
    TimeSpan JoinTimeout,
    TimeProvider Clock,
    CauseRing Causes,
    Action<string> OnFatal)
{
    /// <summary>Completes with what was decided.</summary>
    public TaskCompletionSource<BootstrapDecision> Decided { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the node is Up.</summary>
    public TaskCompletionSource Up { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
