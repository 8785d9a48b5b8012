using System.Collections.Immutable;
using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// The ids of topics that were deleted lately, the oldest first. A node that was down while a topic was deleted finds
/// here that it may remove what it has of the topic; of an id that is neither here nor in the image it knows nothing,
/// and keeps the data. Immutable. Bounded: the oldest go, by the events' own times, and when there are too many.
/// </summary>
public sealed class DeletedTopicIds
{
    /// <summary>24 bytes each in a snapshot. What is forgotten too early is set aside by its nodes, not lost.</summary>
    public const int Most = 20_000;

    private readonly ImmutableDictionary<TopicId, long> _deletedAtMs;
    private readonly ImmutableQueue<TopicId> _oldestFirst;

    private DeletedTopicIds(ImmutableDictionary<TopicId, long> deletedAtMs, ImmutableQueue<TopicId> oldestFirst)
    {
        _deletedAtMs = deletedAtMs;
        _oldestFirst = oldestFirst;
    }

    public static DeletedTopicIds None { get; } =
        new(ImmutableDictionary<TopicId, long>.Empty, ImmutableQueue<TopicId>.Empty);

    public int Count => _deletedAtMs.Count;

    /// <summary>Each with the time of its deletion, the oldest first.</summary>
    public IEnumerable<(TopicId Topic, long DeletedAtMs)> OldestFirst =>
        _oldestFirst.Select(topic => (topic, _deletedAtMs[topic]));

    public bool Contains(TopicId topic) => _deletedAtMs.ContainsKey(topic);

    /// <param name="forgottenBeforeMs">What was deleted before this time is forgotten.</param>
    internal DeletedTopicIds With(TopicId topic, long deletedAtMs, long forgottenBeforeMs)
    {
        if (_deletedAtMs.ContainsKey(topic)) return this;
        ImmutableQueue<TopicId> queue = _oldestFirst.Enqueue(topic);
        ImmutableDictionary<TopicId, long> known = _deletedAtMs.Add(topic, deletedAtMs);
        while (known.Count > Most || (known.Count > 1 && known[queue.Peek()] < forgottenBeforeMs))
        {
            queue = queue.Dequeue(out TopicId oldest);
            known = known.Remove(oldest);
        }

        return new DeletedTopicIds(known, queue);
    }
}
