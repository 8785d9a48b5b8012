using Akka.Actor;
using KafkaActors.Coordination.Causes;

namespace KafkaActors.Broker.Causes;

/// <summary>
/// Why this node decided what it did last: as controller, leader, coordinator and while it started. One for each
/// ActorSystem; recorded by whoever carries a decision out, read by whoever shows it.
/// </summary>
internal sealed class DecisionCauses : IExtension
{
    public CauseRing Ring { get; } = new();

    public static DecisionCauses Of(ActorSystem system) =>
        system.WithExtension<DecisionCauses, DecisionCausesProvider>();
}
