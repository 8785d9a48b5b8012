using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Metadata;

/// <summary>
/// A node's end of the metadata log: the real voter core over the node's disk. The process may be killed between any
/// two effects. On a node outside the voter set it follows without counting.
/// </summary>
internal sealed class SimVoter
{
    private const int TickMs = 100;
    private const int SlowDiskMs = 400;

    private readonly SimCluster _cluster;
    private readonly SimProcess _process;
    private readonly SimDisk _disk;

    public SimVoter(SimCluster cluster, SimProcess process)
    {
        _cluster = cluster;
        _process = process;
        _disk = process.Node.Disk;
        State = new VoterState(
            new Voter(process.Node.Id, _disk.Directory), _disk.Promised, _disk.Snapshot, _disk.Entries,
            cluster.Shape.SnapshotEvery, cluster.Rules)
        {
            KnownClusterId = _disk.ClusterId,
        };
        Checked = State.Image.Offset.Value;
        process.Every(TickMs, State.Tick);
    }

    public VoterState State { get; }

    public MetadataImage Image => State.Image;

    /// <summary>How far the checker has looked at what this voter takes for committed.</summary>
    public long Checked { get; set; }

    public void Handle(QuorumProtocol.IRequest request, Action<QuorumProtocol.IReply> answer)
    {
        MetadataImage before = Image;
        bool isAnswered = false;
        foreach (VoterEffect effect in State.Handle(request))
        {
            if (_cluster is { IsTroubled: true, IsFragile: false } && _cluster.World.Chance(0.001))
            {
                _cluster.World.Note($"voter {_process.Node.Id} dies before {effect.GetType().Name}");
                _cluster.KillForAWhile(_process.Node);
                return;
            }

            // A disk takes its time. The core has what matters written before it answers; what it leaves for later is.
            if (isAnswered) _process.After(SlowDiskMs, () => Carry(effect, answer));
            else Carry(effect, answer);
            isAnswered |= effect is VoterEffect.Reply;
        }

        if (ReferenceEquals(before, Image)) return;
        _cluster.Metadata.OnVoterCommitted(this);
        _disk.ClusterId = Image.ClusterId;
    }

    private void Carry(VoterEffect effect, Action<QuorumProtocol.IReply> answer)
    {
        switch (effect)
        {
            case VoterEffect.SavePromise save: Save(save.Promise); break;
            case VoterEffect.WriteEntries write: _disk.Write(write); break;
            case VoterEffect.SaveSnapshot save: _disk.Save(save); break;
            case VoterEffect.Reply reply: answer(reply.Message); break;
            default: throw new InvalidOperationException($"{effect} is new.");
        }
    }

    private void Save(Promise promise)
    {
        _cluster.World.Note($"voter {_process.Node.Id} promises {promise.Epoch} to {promise.Candidate}");
        _disk.Promised = promise;
    }
}
