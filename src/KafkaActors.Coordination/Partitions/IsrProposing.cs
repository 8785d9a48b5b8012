using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Partitions;

/// <summary>
/// One leadership's ISR proposals on their way to the controller. A proposal is sent when it is new and again until it
/// is decided: it names the partition epoch that it was computed from, so a copy that comes late changes nothing. One
/// that was accepted waits for the metadata to show it. Pure: its owner tells the time, sends, and brings the answers.
/// </summary>
/// <param name="repeatAfter">How long an answer is waited for before the proposal is sent again.</param>
public sealed class IsrProposing(TimeSpan repeatAfter)
{
    private IsrProposal? _sent;
    private long _firstId;
    private long _lastId;
    private TimeSpan _sentAt;
    private bool _isAccepted;

    /// <summary>Called after everything that may change the leadership's proposal.</summary>
    /// <param name="proposal">Null when it has none.</param>
    /// <param name="now">Time since any fixed point; never goes back.</param>
    /// <param name="id">Of this copy of it, which the answer names.</param>
    /// <returns>Whether it is to be sent now.</returns>
    public bool IsDue(IsrProposal? proposal, TimeSpan now, out long id)
    {
        bool isNew = !ReferenceEquals(proposal, _sent);
        _sent = proposal;
        id = _lastId;
        if (proposal is null) return false;
        if (!isNew && (_isAccepted || now - _sentAt < repeatAfter)) return false;
        _sentAt = now;
        id = ++_lastId;
        if (isNew) (_firstId, _isAccepted) = (id, false);
        return true;
    }

    /// <summary>The controller has decided about a copy.</summary>
    /// <returns>
    /// The partition epoch of a proposal that it refused, else null. A controller that is behind this node leaves it
    /// as it is: it is sent again, as it is without an answer.
    /// </returns>
    public PartitionEpoch? Decided(long id, ErrorCode error)
    {
        if (_sent is null || id < _firstId) return null;
        _isAccepted |= error == ErrorCode.None;
        return error is ErrorCode.None or ErrorCode.NotController ? null : _sent.PartitionEpoch;
    }
}
