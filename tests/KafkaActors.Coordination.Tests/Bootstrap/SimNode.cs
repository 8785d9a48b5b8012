using System.Collections.Immutable;
using KafkaActors.Coordination.Bootstrap;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Tests.Bootstrap;

/// <summary>A node of a <see cref="BootstrapWorld"/>: its disk, which outlives its processes, and its process.
/// </summary>
internal sealed class SimNode(int id)
{
    public NodeId Id { get; } = new(id);

    public string Address { get; } = $"n{id}";

    public DirectoryId Directory { get; private set; } = DirectoryId.NewRandom();

    public string ClusterId { get; set; } = "";

    public LogPosition Last { get; set; } = LogPosition.Empty;

    public ImmutableArray<Voter> Voters { get; set; } = [];

    /// <summary>Null while it is down.</summary>
    public BootstrapCore? Core { get; private set; }

    public Guid Incarnation { get; private set; }

    public TimeSpan StartedAt { get; private set; }

    public TimeSpan? StoppedAt { get; private set; }

    public SimIsland? Island { get; set; }

    public bool MayEnter { get; set; }

    /// <summary>Since when it is in a cluster that reaches no majority of the voters.</summary>
    public TimeSpan? LonelySince { get; set; }

    public Voter Voter => new(Id, Directory);

    public bool IsVoterOfItsLog => Voters.Contains(Voter);

    public TimeSpan Local(TimeSpan now) => now - StartedAt;

    public void Start(TimeSpan now, IEnumerable<string> firstVoters, BootstrapRules rules, Guid incarnation)
    {
        Incarnation = incarnation;
        StartedAt = now;
        StoppedAt = null;
        (MayEnter, LonelySince) = (false, null);
        var self = new NodeStanding(Voter, Address, Incarnation)
        {
            IsVoter = true,
            ClusterId = ClusterId,
            FirstVoters = [.. firstVoters.Order()],
            Last = Last,
            Voters = Voters,
        };
        ImmutableSortedDictionary<string, NodeId?> first = firstVoters
            .ToImmutableSortedDictionary(address => address, _ => (NodeId?)null);
        Core = new BootstrapCore(new BootstrapSettings(self, first, []), rules);
    }

    public void Kill(TimeSpan now)
    {
        Core = null;
        StoppedAt = now;
        Island?.Members.Remove(this);
        Island = null;
    }

    public void Wipe()
    {
        Directory = DirectoryId.NewRandom();
        (ClusterId, Last, Voters) = ("", LogPosition.Empty, []);
    }
}
