using System.Collections.Immutable;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Metadata;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Checking;

/// <summary>
/// A host that is gone for good is fenced once controllers have served for two sessions in all, however many they were,
/// and a little more for the commit.
/// </summary>
internal sealed class SessionChecker(SimCluster cluster)
{
    private const int SlackMs = 600;

    private (NodeId Node, Guid Incarnation)? _gone;
    private long _servedMs;
    private long _lookedAt;

    /// <summary>How many brokers were taken for dead.</summary>
    public int EndedCount { get; private set; }

    public void OnEnded(SimController controller, ImmutableArray<EndedSession> sessions)
    {
        EndedCount += sessions.Length;
        foreach (EndedSession session in sessions)
            cluster.World.Note($"{controller} takes broker {session.Node} for dead: {session.Reason}");
    }

    /// <summary>The node's host is gone for good, from here on.</summary>
    public void Expect(SimNode node)
    {
        _gone = (node.Id, node.Process!.Incarnation);
        _lookedAt = cluster.World.Now;
        Look();
    }

    private void Look()
    {
        if (_gone is not { } gone) return;
        if (cluster.Controllers.Any(controller => controller.IsServing && controller.Node.IsUp))
            _servedMs += cluster.World.Now - _lookedAt;
        _lookedAt = cluster.World.Now;
        BrokerImage? broker = cluster.Metadata.Image.Broker(gone.Node);
        if (broker is null or { IsFenced: true } || broker.Incarnation != gone.Incarnation) return;
        if (_servedMs > (2 * SimController.SessionMs) + SlackMs)
            throw new InvariantViolation(
                Invariant.EveryRequestGetsAnAnswer,
                $"Broker {gone.Node} is gone and not fenced after {_servedMs} ms of served time.");
        cluster.World.After(20, Look);
    }
}
