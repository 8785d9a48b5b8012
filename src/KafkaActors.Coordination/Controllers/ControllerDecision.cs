using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Controllers;

/// <summary>What the controller does about a request.</summary>
/// <param name="Answer">Made of the offset at which the decision counts.</param>
internal sealed record ControllerDecision(
    IReadOnlyList<MetadataEvent> Events, Func<MetadataOffset, ControllerProtocol.Reply> Answer)
{
    public ImmutableArray<Cause> Causes { get; init; } = [];
}
