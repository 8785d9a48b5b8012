using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;
using static KafkaActors.Coordination.Quorum.QuorumProtocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// The log that a candidate adopts. It starts from the one of its own node, which is at hand, and takes from the most
/// complete one what that has beyond it; where the two differ, the more complete one is right.
/// </summary>
internal sealed class LogAdoption
{
    private readonly Promise _asker;
    private readonly Status _best;
    private readonly LogPosition _ownLast;

    /// <param name="own">What the own node's voter said when it promised; null when it did not.</param>
    public LogAdoption(Promise asker, Status? own, Status best)
    {
        _asker = asker;
        _best = best;
        _ownLast = own?.Last ?? LogPosition.Empty;
        Source = own is not null && _ownLast > LogPosition.Empty ? own.From.Node : best.From.Node;
    }

    /// <summary>What has been taken so far.</summary>
    public MetadataLog Log { get; private set; } = new(null, []);

    /// <summary>Who is asked next.</summary>
    public NodeId Source { get; private set; }

    public FetchLog Request => new(_asker, Log.Last);

    /// <summary>
    /// The log that is read has an entry of an epoch that is not below the candidate's: somebody else leads there.
    /// </summary>
    public bool IsOvertaken => Log.Last.Epoch >= _asker.Epoch;

    public bool IsComplete => Log.Last >= _best.Last;

    /// <returns>Whether there is something else to ask for now.</returns>
    public bool Take(LogFetched fetched)
    {
        if (fetched.From.Node != Source || fetched.After != Log.Last) return false;
        NodeId source = Source;
        if (fetched.Snapshot is { } snapshot) Log = new MetadataLog(snapshot, []);
        else if (fetched.Common != fetched.After) GoBack(fetched.Common);
        foreach (MetadataEntry entry in fetched.Entries) Log.Append(entry);
        if (Log.Last >= _ownLast) Source = _best.From.Node;
        return Log.Last != fetched.After || Source != source;
    }

    private void GoBack(LogPosition common)
    {
        LogPosition ground = common.Offset < Log.Start.Offset ? LogPosition.Empty : Log.LastNotBeyond(common);
        if (ground.Offset < Log.Start.Offset) Log = new MetadataLog(null, []);
        else Log.TruncateAfter(ground.Offset);
    }
}
