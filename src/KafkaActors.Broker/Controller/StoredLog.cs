using System.Collections.Immutable;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Storage;
using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// What a stopped node's metadata log says of its cluster, before anything is known: read, never written. What is
/// damaged counts as absent here; the voter that opens it says so.
/// </summary>
/// <param name="ClusterId">Empty when no entry names one.</param>
/// <param name="Voters">As its last entry has them, committed or not.</param>
/// <param name="Addresses">Where nodes registered last.</param>
internal sealed record StoredLog(
    string ClusterId,
    LogPosition Last,
    ImmutableArray<Voter> Voters,
    ImmutableDictionary<NodeId, string> Addresses)
{
    public static StoredLog None { get; } =
        new("", LogPosition.Empty, [], ImmutableDictionary<NodeId, string>.Empty);

    public static StoredLog Read(IFileSystem files, string directory)
    {
        try
        {
            StoredLog log = None;
            if (MetadataLogStore.SnapshotIn(files, directory) is { } snapshot)
                log = log.After(snapshot.Last, snapshot.Events);
            string path = Path.Combine(directory, MetadataLogStore.LogName);
            foreach (MetadataEntry entry in MetadataLogFile.EntriesIn(files, path))
                if (entry.Offset > log.Last.Offset) log = log.After(MetadataLog.PositionOf(entry), entry.Events);
            return log;
        }
        catch (Exception cause) when (cause is LogDirectoryException or IOException or UnauthorizedAccessException)
        {
            return None;
        }
    }

    private StoredLog After(LogPosition last, ImmutableArray<MetadataEvent> events)
    {
        StoredLog log = this with { Last = last };
        foreach (MetadataEvent item in events)
            log = item switch
            {
                MetadataEvent.ClusterFormed formed => log with { ClusterId = formed.ClusterId, Voters = formed.Voters },
                MetadataEvent.VotersChanged changed => log with { Voters = changed.Voters },
                MetadataEvent.BrokerRegistered registered => log with
                {
                    Addresses = log.Addresses.SetItem(registered.Node, registered.AkkaAddress),
                },
                _ => log,
            };
        return log;
    }
}
