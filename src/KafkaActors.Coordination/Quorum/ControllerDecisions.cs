using System.Diagnostics.CodeAnalysis;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// What a serving controller has decided and not answered yet. A decision is answered once its events are committed;
/// one without events once what it was read from is, and a majority of the voters has said since that it still follows.
/// So a controller that was replaced and does not know it yet answers nothing that others could contradict. Pure; owned
/// by the controller, which tells the time in ticks.
/// </summary>
/// <typeparam name="TAnswer">What the owner needs in order to answer.</typeparam>
public sealed class ControllerDecisions<TAnswer>
{
    private readonly Queue<(TAnswer Answer, MetadataOffset Offset, long Round, long Tick)> _waiting = new();
    private readonly ControllerQuorum _quorum;
    private readonly bool _isConfirming;

    public ControllerDecisions(ControllerQuorum quorum)
        : this(quorum, isConfirming: true)
    {
    }

    internal ControllerDecisions(ControllerQuorum quorum, bool isConfirming)
    {
        _quorum = quorum;
        _isConfirming = isConfirming;
    }

    /// <summary>Whether the oldest decision was made more than so many ticks ago.</summary>
    public bool IsWaitingLonger(long tick, long ticks) =>
        _waiting.TryPeek(out var first) && tick - first.Tick > ticks;

    /// <summary>Whether anybody like this waits for an answer.</summary>
    public bool Any(Func<TAnswer, bool> isMeant) => _waiting.Any(waiting => isMeant(waiting.Answer));

    /// <summary>
    /// Proposes what was decided on the quorum's newest image, and remembers who is to be answered before its effects
    /// are carried out, which may commit it. False, and nothing is remembered, when the quorum does not take it: it
    /// does not serve, or the voters may not change like this now.
    /// </summary>
    public bool TryAdd(
        IReadOnlyList<MetadataEvent> events, TAnswer answer, long tick, out IReadOnlyList<QuorumEffect> effects)
    {
        if (!MetadataVersion.Allows(_quorum.Image.MetadataVersion, events))
            throw new ArgumentException(
                $"An event is above metadata.version {_quorum.Image.MetadataVersion}.", nameof(events));
        MetadataOffset offset = _quorum.LastOffset;
        long round = QuorumProtocol.NoRound;
        if (events.Count > 0)
        {
            effects = _quorum.Propose([.. events], offset, out offset);
            if (offset == MetadataOffset.None) return false;
        }
        else
        {
            effects = _isConfirming ? _quorum.Confirm(out round) : [];
        }

        _waiting.Enqueue((answer, offset, round, tick));
        return true;
    }

    /// <summary>
    /// Takes the next answer that may go out; call it until it says false, after every answer of a voter and after
    /// <see cref="TryAdd"/>.
    /// </summary>
    /// <param name="offset">The offset of the metadata that the decision stands at.</param>
    public bool TryTake([MaybeNullWhen(false)] out TAnswer answer, out MetadataOffset offset)
    {
        bool isDue = _waiting.TryPeek(out var first) && first.Offset <= _quorum.CommittedOffset
            && first.Round <= _quorum.ConfirmedRound;
        (answer, offset) = isDue ? (first.Answer, first.Offset) : (default, MetadataOffset.None);
        if (isDue) _waiting.Dequeue();
        return isDue;
    }

    /// <summary>The controller is over: takes the next answer of which nobody knows whether it was committed.</summary>
    public bool TryAbandon([MaybeNullWhen(false)] out TAnswer answer)
    {
        bool isLeft = _waiting.TryDequeue(out var first);
        answer = first.Answer;
        return isLeft;
    }
}
