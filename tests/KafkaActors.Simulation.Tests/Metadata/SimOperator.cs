using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Metadata;

/// <summary>
/// The person who changes the voters by what the serving controller tells: a wiped one goes and comes back under its
/// new directory; in troubled times others come and go at random; afterwards the first voters are the voters again.
/// </summary>
internal sealed class SimOperator(SimCluster cluster, ControllerQuorum quorum, Action<MetadataEvent> propose)
{
    private const int Patience = 30;

    private readonly VoterChanges _changes = new(quorum);
    private long _tick;

    public void Tick()
    {
        _tick++;
        if ((_changes.IsWaiting ? _changes.Continue(_tick) : Next()) is VoterStep.Propose { Voters: var voters }
            && voters.Except(quorum.Voters).All(IsThere))
            propose(new MetadataEvent.VotersChanged(voters));
    }

    // A disk that is lost in the moment in which its node becomes one of two voters is a loss too many.
    private bool IsThere(Voter voter) => cluster.Node(voter.Node).Disk.Directory == voter.Directory;

    private VoterStep? Next()
    {
        ImmutableArray<Voter> voters = quorum.Voters;
        foreach (Voter voter in voters)
            if (quorum.CaughtUp(voter.Node) is { } found && found != voter) return _changes.Remove(null, voter);
        bool isCalm = !cluster.IsTroubled;
        NodeId[] missing =
            [.. cluster.Voters.Select(node => node.Id).Where(id => voters.All(voter => voter.Node != id))];
        if (missing.Length > 0 && (isCalm || cluster.World.Chance(0.1)))
            return Add(voters.Length == 1 ? missing : [cluster.World.Pick(missing)]);
        Voter[] extra = [.. voters.Where(voter => cluster.Voters.All(node => node.Id != voter.Node))];
        if (!cluster.AreVotersWell) return null;
        if (isCalm) return extra.Length > 0 && missing.Length == 0 ? _changes.Remove(null, extra[0]) : null;
        return cluster.World.Chance(cluster.Shape.VoterChange) ? AtRandom(voters) : null;
    }

    private VoterStep AtRandom(ImmutableArray<Voter> voters)
    {
        NodeId[] others = [.. cluster.Nodes.Select(node => node.Id).Except(voters.Select(voter => voter.Node))];
        return others.Length > 0 && cluster.World.Chance(0.5)
            ? Add(voters.Length == 1 ? others : [cluster.World.Pick(others)])
            : _changes.Remove(null, cluster.World.Pick(voters));
    }

    private VoterStep Add(NodeId[] nodes) =>
        _changes.Add(null, [.. nodes.Select(node => new NewVoter(node, null))], _tick, Patience);
}
