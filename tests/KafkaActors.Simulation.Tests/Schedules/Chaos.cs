using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Engine;
using KafkaActors.Simulation.Tests.Metadata;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Schedules;

/// <summary>
/// Does harm at random, within what the system promises to survive: at most one wiped voter at a time, and when data
/// is destroyed that no flush had promised to keep (a wiped disk, or a power loss under the operating system's
/// flushing), all other replicas are well until it is known that the data is gone.
/// </summary>
internal sealed class Chaos : ITrouble
{
    private readonly SimCluster _cluster;
    private readonly World _world;
    private readonly int _pace;
    private readonly bool _movesSingleton;
    private readonly bool _duels;
    private SimNode? _lost;
    private readonly NetworkQuality _quality;

    public Chaos(SimCluster cluster)
    {
        _cluster = cluster;
        _world = cluster.World;
        _pace = cluster.Shape.HasBrokers ? _world.Pick([150, 400, 800]) : _world.Pick([20, 40, 120, 400]);
        _movesSingleton = _world.Chance(0.7);
        _duels = !cluster.Shape.HasBrokers && cluster.Shape.Voters > 1 && _world.Chance(0.3);
        _quality = _world.Chance(0.2)
            ? NetworkQuality.Perfect
            : NetworkQuality.Random(_world, cluster.Shape.HasBrokers ? 20 : 120);
        _cluster.Network.Quality = _quality;
    }

    private PartitionImage? Partition => _cluster.Metadata.Image.Topics.Values
        .SelectMany(topic => topic.Partitions).FirstOrDefault();

    public void Start()
    {
        foreach (SimNode node in _cluster.Nodes) _world.After(_world.Between(0, 200), node.Start);
        LackController();
        _world.After(_world.Chance(0.2) ? 0 : 800, Continue);
    }

    private void Continue()
    {
        if (!_cluster.IsTroubled) return;
        if (_lost is null) Harm();
        else ForgetLost();
        _world.After(_world.Between(_pace / 4, _pace * 2), Continue);
    }

    private void Harm()
    {
        if (_duels && _world.Chance(0.7))
        {
            Duel();
            return;
        }

        SimNode node = _world.Pick(_cluster.Nodes);
        switch (_world.Between(0, 13))
        {
            case 0 or 1: Cut(node, _world.Pick(_cluster.Nodes), _world.Between(100, 2000)); break;
            case 2: Isolate(node); break;
            case 3 or 4: _cluster.KillForAWhile(node); break;
            case 5: LosePower(node); break;
            case 6: Wipe(node); break;
            case 7: Pause(node); break;
            case 8 or 9: AddController(); break;
            case 10 or 11: StarveFollower(); break;
            default: StopController(); break;
        }
    }

    private void Cut(SimNode one, SimNode other, int length)
    {
        bool isBothWays = _world.Chance(0.7);
        _world.Note($"link {one.Id}-{other.Id} is cut for {length} ms");
        _cluster.Network.Cut(one, other);
        if (isBothWays) _cluster.Network.Cut(other, one);
        _world.After(length, () =>
        {
            _cluster.Network.Join(one, other);
            if (isBothWays) _cluster.Network.Join(other, one);
        });
    }

    /// <summary>Two that cannot see each other are controllers by turns, through the voters that both see.</summary>
    private void Duel()
    {
        SimNode one = _world.Pick([.. _cluster.Voters]);
        SimNode other = _world.Pick([.. _cluster.Voters]);
        if (one == other) return;
        Cut(one, other, _world.Between(100, 600));
        one.Process?.BecomeController();
        _world.After(_world.Between(0, 200), WhileTroubled(() => other.Process?.BecomeController()));
    }

    private void Isolate(SimNode node)
    {
        foreach (SimNode other in _cluster.Nodes)
            if (other != node && _world.Chance(0.8)) Cut(node, other, _world.Between(100, 2000));
    }

    /// <summary>A follower leaves the ISR, comes back, leaves again; the leader may die at any time of it.</summary>
    private void StarveFollower()
    {
        if (Partition is not { HasLeader: true } partition) return;
        SimNode leader = _cluster.Node(partition.Leader);
        SimNode follower = _cluster.Node(_world.Pick(partition.Replicas));
        Cut(leader, follower, _world.Between(450, 800));
        _world.After(_world.Between(1000, 1300), WhileTroubled(() => Cut(leader, follower, _world.Between(450, 1500))));
        if (_world.Chance(0.6))
            _world.After(_world.Between(300, 2500), WhileTroubled(() => _cluster.KillForAWhile(leader)));
    }

    private Action WhileTroubled(Action harm) => () =>
    {
        if (_cluster.IsTroubled && _lost is null) harm();
    };

    private void Pause(SimNode node)
    {
        node.Pause();
        _world.After(_world.Between(100, 2500), node.Resume);
    }

    private void LosePower(SimNode node)
    {
        if (_cluster.Shape is { HasBrokers: true, IsGroupCommit: false })
        {
            Lose(node, node.LosePower);
            return;
        }

        node.LosePower();
        _world.After(_world.Between(50, 1000), node.Start);
    }

    private void Wipe(SimNode node)
    {
        if (!_cluster.Metadata.Image.IsFormed || !_cluster.AreVotersWell) return;
        bool isVoter = _cluster.Metadata.Image.Voters.Any(voter => voter.Node == node.Id);
        if (isVoter && _cluster.Metadata.Image.Voters.Length < 3) return;
        if (!IsFounded(without: node)) return;
        if (_cluster.Shape.HasBrokers) Lose(node, node.Wipe);
        else WipeVoter(node);
    }

    // Where each of the configured first voters is empty, they found a cluster, as they are told to.
    private bool IsFounded(SimNode without) => _cluster.Shape.Voters == 1
        || _cluster.Voters.Any(node => node != without && node.Disk.LastOffset > MetadataOffset.None);

    private void WipeVoter(SimNode node)
    {
        node.Wipe();
        _world.After(_world.Between(50, 1000), node.Start);
    }

    /// <summary>Destroys data of a replica whose companions are well, and keeps them well for the time being.</summary>
    private void Lose(SimNode node, Action destroy)
    {
        // An ISR that is about to become the lost replica alone would leave nobody who may lead.
        bool isIsrInDoubt = _world.Now - _cluster.LastIsrProposal < _quality.MostStraggle + 500
            || _cluster.Voters.Any(voter => voter.Disk.LastOffset != _cluster.Metadata.CommittedOffset);
        if (isIsrInDoubt || !(IsSafeWithout(node) || IsHeldByEligible(node))) return;
        _lost = node;
        _cluster.IsFragile = true;
        _cluster.Network.JoinAll();
        _cluster.Network.Quality = NetworkQuality.Perfect;
        destroy();
        _world.After(_world.Between(50, 1000), node.Start);
    }

    /// <summary>Everybody else is well, and one of them is in the ISR.</summary>
    private bool IsSafeWithout(SimNode node)
    {
        bool isHeldElsewhere = Partition is not { } partition || partition.Isr.Length > 1
            || (!partition.Isr.Contains(node.Id) && !partition.EligibleLeaders.Contains(node.Id));
        return isHeldElsewhere && _cluster.Nodes.All(item => item.IsUp && !item.IsPaused
            && _cluster.Metadata.Image.Broker(item.Id) is { IsFenced: false } broker
            && broker.Incarnation == item.Process!.Incarnation);
    }

    /// <summary>Whoever left the ISR below its minimum holds all that was acknowledged, and may be down.</summary>
    private bool IsHeldByEligible(SimNode node) => Partition is { } partition
        && partition.Isr.All(member => member == node.Id)
        && partition.EligibleLeaders.Any(other => other != node.Id
            && _cluster.Metadata.Image.Broker(other)!.BootId == _cluster.Node(other).BootId);

    /// <summary>The lost replica's new process is registered: from now on nobody counts on what it had.</summary>
    private void ForgetLost()
    {
        if (_cluster.Metadata.Image.Broker(_lost!.Id)?.Incarnation != _lost.Process?.Incarnation) return;
        _lost = null;
        _cluster.IsFragile = false;
        _cluster.Network.Quality = _quality;
    }

    /// <summary>The cluster is seldom without a singleton for long.</summary>
    private void LackController()
    {
        if (!_cluster.IsTroubled) return;
        if (!_cluster.Controllers.Any()) StartController();
        _world.After(_world.Between(20, 2 * _pace), LackController);
    }

    private void StartController() => _world.Pick([.. _cluster.Voters]).Process?.BecomeController();

    // The singleton may come to where a standby is, or be on its way there.
    private void AddController()
    {
        if (!_movesSingleton) return;
        SimController[] believers = [.. _cluster.Controllers];
        if (believers.Length > 0 && _world.Chance(0.5)) _world.Pick(believers).Node.Process!.AddController();
        else StartController();
    }

    private void StopController()
    {
        SimController[] believers = [.. _cluster.Controllers];
        if (_movesSingleton && believers.Length > 0) _world.Pick(believers).Stop();
    }
}
