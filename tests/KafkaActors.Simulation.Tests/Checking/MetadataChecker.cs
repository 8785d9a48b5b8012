using KafkaActors.Coordination.Metadata;
using KafkaActors.Coordination.Quorum;
using KafkaActors.Protocol;
using KafkaActors.Simulation.Tests.Metadata;
using KafkaActors.Simulation.Tests.Nodes;

namespace KafkaActors.Simulation.Tests.Checking;

/// <summary>
/// Knows every entry that anybody ever took for committed: whoever commits another one at the same offset, or serves an
/// epoch that another serves, is found. Entries travel by reference, so that the same entry is the same object.
/// </summary>
internal sealed class MetadataChecker(SimCluster cluster)
{
    private readonly List<MetadataEntry> _committed = [];
    private readonly Dictionary<int, SimController> _served = [];

    public MetadataOffset CommittedOffset => new(_committed.Count - 1);

    /// <summary>As of the last entry that was committed anywhere.</summary>
    public MetadataImage Image { get; private set; } = MetadataImage.Empty;

    public void OnCommitted(SimController controller, IEnumerable<MetadataEntry> entries)
    {
        foreach (MetadataEntry entry in entries) Check(entry, controller);
    }

    public void OnVoterCommitted(SimVoter voter)
    {
        MetadataLog log = voter.State.Log;
        long first = Math.Max(voter.Checked, log.Start.Offset.Value) + 1;
        for (long offset = first; offset <= voter.Image.Offset.Value; offset++)
            Check(log.Entry(new MetadataOffset(offset)), voter);
        voter.Checked = voter.Image.Offset.Value;
        if (log.Snapshot is { } snapshot) Check(snapshot, voter);
    }

    public void OnServing(SimController controller, int epoch)
    {
        if (_served.TryGetValue(epoch, out SimController? other) && other != controller)
            throw new InvariantViolation(
                Invariant.OneControllerAnEpoch, $"{controller} and {other} both serve epoch {epoch}.");
        _served[epoch] = controller;
    }

    /// <summary>At rest every node has the same image.</summary>
    public void CheckAtRest()
    {
        foreach (SimNode node in cluster.Nodes)
        {
            MetadataImage image = node.Process!.Voter.Image;
            var events = MetadataSnapshot.EventsOf(image).Select(item => item.ToString());
            if (image.Offset == Image.Offset
                && !events.SequenceEqual(MetadataSnapshot.EventsOf(Image).Select(item => item.ToString())))
                throw new InvariantViolation(
                    Invariant.CommittedMetadataStays, $"Node {node.Id} has another image at {image.Offset}.");
        }
    }

    private void Check(MetadataEntry entry, object who)
    {
        if (entry.Offset.Value < _committed.Count)
        {
            MetadataEntry known = _committed[(int)entry.Offset.Value];
            if (!ReferenceEquals(known, entry))
                throw new InvariantViolation(
                    Invariant.CommittedMetadataStays,
                    $"{who} takes entry {entry.Offset} of epoch {entry.Epoch} for committed; that offset was committed "
                    + $"with epoch {known.Epoch} before.");
            return;
        }

        if (entry.Offset.Value > _committed.Count)
            throw new InvariantViolation(
                Invariant.CommittedMetadataStays, $"{who} commits {entry.Offset} after {_committed.Count - 1}.");
        CheckEpochs(entry);
        _committed.Add(entry);
        Image = Image.Apply(entry);
    }

    private void CheckEpochs(MetadataEntry entry)
    {
        if (_committed.Count > 0 && entry.Epoch < _committed[^1].Epoch)
            throw new InvariantViolation(
                Invariant.Monotone,
                $"Epoch {entry.Epoch} is committed at {entry.Offset} after {_committed[^1].Epoch}.");
        foreach (var started in entry.Events.OfType<MetadataEvent.ControllerStarted>())
            if (started.ControllerEpoch <= Image.ControllerEpoch)
                throw new InvariantViolation(
                    Invariant.Monotone, $"Controller epoch {started.ControllerEpoch} follows {Image.ControllerEpoch}.");
    }

    private void Check(LogSnapshot snapshot, object who)
    {
        long offset = snapshot.Last.Offset.Value;
        if (offset >= _committed.Count || _committed[(int)offset].Epoch != snapshot.Last.Epoch)
            throw new InvariantViolation(
                Invariant.CommittedMetadataStays,
                $"{who} holds a snapshot up to {snapshot.Last}, which was not committed.");
    }
}
