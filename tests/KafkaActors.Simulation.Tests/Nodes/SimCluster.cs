using System.Collections.Immutable;
using KafkaActors.Coordination.Controllers;
using KafkaActors.Coordination.Decisions;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Checking;
using KafkaActors.Simulation.Tests.Engine;
using KafkaActors.Simulation.Tests.Metadata;
using KafkaActors.Simulation.Tests.Schedules;

namespace KafkaActors.Simulation.Tests.Nodes;

/// <summary>The nodes of a schedule, what joins them, and those who watch the invariants.</summary>
internal sealed class SimCluster
{
    public SimCluster(World world, ClusterShape shape, PlantedBugs bugs)
    {
        World = world;
        Shape = shape;
        Bugs = bugs;
        Rules = bugs.Quorum with { EntriesInMessage = shape.EntriesInMessage };
        Network = new NodeNetwork(world);
        Metadata = new MetadataChecker(this);
        Sessions = new SessionChecker(this);
        Partition = new PartitionChecker(this);
        Nodes = [.. Enumerable.Range(1, shape.Nodes).Select(id => new SimNode(this, new NodeId(id)))];
    }

    public World World { get; }

    public ClusterShape Shape { get; }

    public PlantedBugs Bugs { get; }

    public QuorumRules Rules { get; }

    public ControllerRules ControllerRules => Bugs.Controllers with { Quorum = Rules, Decisions = Bugs.Decisions };

    public NodeNetwork Network { get; }

    public MetadataChecker Metadata { get; }

    public SessionChecker Sessions { get; }

    public PartitionChecker Partition { get; }

    public IReadOnlyList<SimNode> Nodes { get; }

    public IEnumerable<SimNode> Voters => Nodes.Take(Shape.Voters);

    /// <summary>Here followers copy.</summary>
    public static ControllerPolicy Policy { get; } = ControllerPolicy.Kafka with { MaxReplicationFactor = 5 };

    /// <summary>Faults come only while this is set.</summary>
    public bool IsTroubled { get; set; }

    /// <summary>Data was lost just now: the others have to live.</summary>
    public bool IsFragile { get; set; }

    /// <summary>When a leader last sent a proposal of another ISR.</summary>
    public long LastIsrProposal { get; set; }

    public IEnumerable<SimController> Controllers => Nodes
        .Where(node => node.IsUp).SelectMany(node => node.Process!.Controllers);

    /// <summary>No voter's disk is lost, and no change of the voters is on its way: somebody may be let go.</summary>
    public bool AreVotersWell
    {
        get
        {
            ImmutableArray<Voter> voters = Metadata.Image.Voters;
            return voters.All(voter => Node(voter.Node).Disk.Directory == voter.Directory)
                && Controllers.All(one => one.Quorum.Voters.IsEmpty || one.Quorum.Voters.SequenceEqual(voters))
                && voters.All(voter => Node(voter.Node).Disk.Voters.SequenceEqual(voters));
        }
    }

    public SimNode Node(NodeId id) => Nodes[id.Value - 1];

    public void KillForAWhile(SimNode node)
    {
        node.Kill();
        World.After(World.Between(50, 1000), node.Start);
    }
}
