using System.Collections.Immutable;
using KafkaActors.Coordination.Causes;
using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Coordination.Decisions;

/// <summary>
/// What the controller decided: events to commit, all or none, and what the asker is told once they are. No events
/// means nothing changes and the result may go out at once (but not before what it was read from is committed).
/// </summary>
public sealed record Decision<TResult>(IReadOnlyList<MetadataEvent> Events, TResult Result)
{
    /// <summary>Why; recorded by whoever carries the decision out.</summary>
    public ImmutableArray<Cause> Causes { get; init; } = [];

    /// <summary>The same decision, told to an asker of another kind.</summary>
    public Decision<TOther> With<TOther>(TOther result) => new(Events, result) { Causes = Causes };
}
