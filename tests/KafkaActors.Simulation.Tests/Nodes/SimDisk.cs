using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Engine;
using KafkaActors.Simulation.Tests.Partitions;

namespace KafkaActors.Simulation.Tests.Nodes;

/// <summary>
/// What a node's directory holds. The metadata log is synced with every write; a partition's log keeps its tail in the
/// page cache until it is synced. A wiped disk is another object with another directory id.
/// </summary>
internal sealed class SimDisk(World world, DirectoryId directory)
{
    private readonly Dictionary<TopicIdPartition, SimLog> _logs = [];

    public DirectoryId Directory { get; } = directory;

    public string ClusterId { get; set; } = "";

    /// <summary>The registration that the node's last process was given.</summary>
    public BrokerEpoch BrokerEpoch { get; set; } = BrokerEpoch.None;

    public Promise Promised { get; set; } = Promise.None;

    public LogSnapshot? Snapshot { get; private set; }

    public List<MetadataEntry> Entries { get; } = [];

    public MetadataOffset LastOffset =>
        Entries.Count > 0 ? Entries[^1].Offset : Snapshot?.Last.Offset ?? MetadataOffset.None;

    /// <summary>The voter set of the metadata log.</summary>
    public ImmutableArray<Voter> Voters => new MetadataLog(Snapshot, Entries).Voters;

    public IEnumerable<SimLog> Logs => _logs.Values;

    public SimLog Log(TopicIdPartition partition)
    {
        if (!_logs.TryGetValue(partition, out SimLog? log)) _logs[partition] = log = new SimLog(world);
        return log;
    }

    public void Write(VoterEffect.WriteEntries write)
    {
        Entries.RemoveAll(entry => entry.Offset > write.After);
        Entries.AddRange(write.Entries);
    }

    public void Save(VoterEffect.SaveSnapshot save)
    {
        Snapshot = save.Snapshot;
        Entries.RemoveAll(entry => !save.KeepsEntries || entry.Offset <= save.Snapshot.Last.Offset);
    }
}
