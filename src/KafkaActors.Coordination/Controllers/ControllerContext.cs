using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Controllers;

/// <summary>What a request is decided from.</summary>
/// <param name="IsLive">Whether the process that registered as this broker has a session.</param>
/// <param name="Random">Where choices of replicas and leaders come from.</param>
internal sealed record ControllerContext(
    MetadataImage Image, Func<BrokerImage, bool> IsLive, ControllerPolicy Policy, Random Random)
{
    /// <summary>
    /// Whether this controller has heard it itself; one that it has not may have a session all the same, which gives it
    /// time to say that it lives.
    /// </summary>
    public required Func<BrokerImage, bool> IsHeard { get; init; }

    public required DateTimeOffset WallClock { get; init; }

    public required DecisionRules Rules { get; init; }
}
