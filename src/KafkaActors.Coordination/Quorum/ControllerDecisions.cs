using System.Diagnostics.CodeAnalysis;
using KafkaActors.Coordination.Metadata;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Quorum;

/// <summary>
/// What a serving controller has decided and not answered yet. A decision is answered once its events are committed;
/// one without events once what it was read from is. So a controller that was replaced and does not know it yet
/// answers nothing that others could contradict. Pure; owned by the controller, which tells the time in ticks.
/// </summary>
/// <typeparam name="TAnswer">What the owner needs in order to answer.</typeparam>
public sealed class ControllerDecisions<TAnswer>(ControllerQuorum quorum)
{
    private readonly Queue<(TAnswer Answer, MetadataOffset Offset, long Tick)> _waiting = new();

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
        if (!MetadataVersion.Allows(quorum.Image.MetadataVersion, events))
            throw new ArgumentException(
                $"An event is above metadata.version {quorum.Image.MetadataVersion}.", nameof(events));
        MetadataOffset offset = quorum.LastOffset;
        effects = events.Count > 0 ? quorum.Propose([.. events], offset, out offset) : [];
        if (events.Count > 0 && offset == MetadataOffset.None) return false;
        _waiting.Enqueue((answer, offset, tick));
        return true;
    }

    /// <summary>
    /// Takes the next answer that may go out; call it until it says false, after every effect that commits and after
    /// <see cref="TryAdd"/>.
    /// </summary>
    /// <param name="offset">The offset of the metadata that the decision stands at.</param>
    public bool TryTake([MaybeNullWhen(false)] out TAnswer answer, out MetadataOffset offset)
    {
        bool isDue = _waiting.TryPeek(out var first) && first.Offset <= quorum.CommittedOffset;
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
