using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Coordination.Tests.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Tests.Quorum;

/// <summary>
/// Voters with disks and at most one controller, joined by a queue of messages that a test lets through or not. What a
/// voter writes goes to its disk at once, so that a voter restarted from the disk stands where it answered.
/// </summary>
internal sealed class QuorumCluster(params int[] initialVoters)
{
    private readonly Dictionary<NodeId, VoterState> _voters = [];
    private readonly Dictionary<NodeId, Disk> _disks = [];
    private readonly Queue<QuorumEffect.Send> _requests = new();

    public HashSet<NodeId> Down { get; } = [];

    /// <summary>Where a voter dies: it is down from then on, with what was on its disk before this effect.</summary>
    public Func<NodeId, VoterEffect, bool> DiesBefore { get; set; } = (_, _) => false;

    public int SnapshotEvery { get; set; } = 1000;

    public QuorumRules Rules { get; set; } = QuorumRules.Correct;

    public ControllerQuorum Controller { get; private set; } = null!;

    public List<MetadataEntry> Committed { get; } = [];

    public string? Resigned { get; private set; }

    public VoterState Voter(int node)
    {
        var id = new NodeId(node);
        if (!_voters.ContainsKey(id)) Restart(node);
        return _voters[id];
    }

    /// <summary>The log is cut behind the offset, and its owner knows what was acknowledged.</summary>
    public void Truncate(int node, MetadataOffset after, LogPosition acknowledged)
    {
        _disks[new NodeId(node)].Write(new VoterEffect.WriteEntries(after, []));
        Restart(node, acknowledged);
    }

    public QuorumCluster Restart(int node, LogPosition? refillUntil = null)
    {
        var id = new NodeId(node);
        if (!_disks.TryGetValue(id, out Disk? disk)) _disks[id] = disk = new Disk(ImageBuilder.Directory(node));
        _voters[id] = new VoterState(
            new Voter(id, disk.Directory), disk.Promised, disk.Snapshot, disk.Entries, SnapshotEvery, Rules)
        {
            RefillUntil = refillUntil ?? LogPosition.Empty,
        };
        return this;
    }

    public QuorumCluster Wipe(int node, int directory)
    {
        _disks[new NodeId(node)] = new Disk(ImageBuilder.Directory(directory));
        return Restart(node);
    }

    /// <summary>The disk goes back to what it held before: the directory is the same.</summary>
    public QuorumCluster Restore(int node, Disk backup)
    {
        _disks[new NodeId(node)] = backup;
        return Restart(node);
    }

    public Disk Backup(int node) => _disks[new NodeId(node)].Copy();

    /// <summary>Starts a controller on a node and lets everything through.</summary>
    public QuorumCluster Start(int node, int incarnation = 1, bool deliver = true)
    {
        foreach (int voter in initialVoters) Voter(voter);
        Resigned = null;
        Committed.Clear();
        _requests.Clear();
        var settings = new ControllerQuorumSettings(
            new NodeId(node), new Guid(node, (short)incarnation, 0, new byte[8]),
            [.. initialVoters.Select(voter => new NodeId(voter))], $"cluster of {node}", SnapshotEvery);
        Controller = new ControllerQuorum(settings, Rules);
        Controller.Know(_voters.Keys);
        Take(Controller.Start());
        if (deliver) Deliver();
        return this;
    }

    public MetadataOffset Propose(params MetadataEvent[] events)
    {
        Take(Controller.Propose([.. events], Controller.LastOffset, out MetadataOffset offset));
        return offset;
    }

    public void Observe(int node)
    {
        Voter(node);
        Take(Controller.Observe(new NodeId(node)));
        Deliver();
    }

    /// <summary>Goes on with a controller that is not the last one started.</summary>
    public QuorumCluster Resume(ControllerQuorum controller)
    {
        Controller = controller;
        return this;
    }

    public void Tick(int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            foreach (VoterState voter in _voters.Values) voter.Tick();
            Take(Controller.Tick());
            Deliver();
        }
    }

    /// <summary>Carries messages until none is left; those to voters that are down are lost.</summary>
    public void Deliver()
    {
        for (int steps = 0; _requests.TryDequeue(out QuorumEffect.Send? send); steps++)
        {
            Assert.That(steps, Is.LessThan(10_000), "the conversation comes to an end");
            if (!_voters.ContainsKey(send.To) || Down.Contains(send.To)) continue;
            foreach (QuorumProtocol.IReply reply in Ask(send.To, send.Message)) Take(Controller.Handle(reply));
        }
    }

    /// <summary>Hands one request to a voter, carries out its effects, and returns its answers.</summary>
    public List<QuorumProtocol.IReply> Ask(NodeId node, QuorumProtocol.IRequest request)
    {
        var replies = new List<QuorumProtocol.IReply>();
        foreach (VoterEffect effect in _voters[node].Handle(request))
            if (DiesBefore(node, effect))
            {
                Down.Add(node);
                Restart(node.Value);
                break;
            }
            else if (effect is VoterEffect.Reply reply) replies.Add(reply.Message);
            else _disks[node].Write(effect);
        return replies;
    }

    public void Take(IReadOnlyList<QuorumEffect> effects)
    {
        foreach (QuorumEffect effect in effects)
            switch (effect)
            {
                case QuorumEffect.Send send: _requests.Enqueue(send); break;
                case QuorumEffect.Committed committed: Committed.AddRange(committed.Entries); break;
                case QuorumEffect.Resigned resigned: Resigned = resigned.Reason; break;
                default: break;
            }
    }

    internal sealed class Disk(DirectoryId directory)
    {
        public DirectoryId Directory { get; } = directory;

        public Promise Promised { get; private set; } = Promise.None;

        public LogSnapshot? Snapshot { get; private set; }

        public ImmutableList<MetadataEntry> Entries { get; private set; } = [];

        public Disk Copy() => new(Directory) { Promised = Promised, Snapshot = Snapshot, Entries = Entries };

        public void Write(VoterEffect effect)
        {
            switch (effect)
            {
                case VoterEffect.SavePromise save: Promised = save.Promise; break;
                case VoterEffect.WriteEntries write:
                    Entries = Entries.RemoveAll(entry => entry.Offset > write.After).AddRange(write.Entries);
                    break;
                case VoterEffect.SaveSnapshot save:
                    Snapshot = save.Snapshot;
                    Entries = save.KeepsEntries
                        ? Entries.RemoveAll(entry => entry.Offset <= save.Snapshot.Last.Offset)
                        : [];
                    break;
                default: break;
            }
        }
    }
}
