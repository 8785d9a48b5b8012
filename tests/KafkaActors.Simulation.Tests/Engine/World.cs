using System.Runtime.CompilerServices;

namespace KafkaActors.Simulation.Tests.Engine;

/// <summary>
/// Virtual time, the queue of what will happen, and the only source of chance: two worlds of one seed live the same
/// life to the last message. Single-threaded.
/// </summary>
internal sealed class World(int seed, bool isTraced)
{
    private const int OrderBits = 24;
    private const int NotesKept = 120;

    private readonly PriorityQueue<Action, long> _events = new();
    private readonly Queue<string> _notes = new();
    private long _order;

    public Random Random { get; } = new(seed);

    /// <summary>Milliseconds since the start.</summary>
    public long Now { get; private set; }

    public TimeSpan Time => TimeSpan.FromMilliseconds(Now);

    public bool IsTraced => isTraced;

    public IEnumerable<string> Notes => _notes;

    /// <summary>Events at the same time happen in the order in which they were planned.</summary>
    public void After(long milliseconds, Action action) =>
        _events.Enqueue(action, ((Now + milliseconds) << OrderBits) | (_order++ & ((1L << OrderBits) - 1)));

    public void RunUntil(long end, Func<bool> isDone)
    {
        while (!isDone() && _events.TryPeek(out Action? action, out long key) && key >> OrderBits <= end)
        {
            _events.Dequeue();
            Now = key >> OrderBits;
            action();
        }
    }

    public bool Chance(double probability) => Random.NextDouble() < probability;

    /// <summary>Both bounds are inclusive.</summary>
    public int Between(int least, int most) => Random.Next(least, most + 1);

    public T Pick<T>(IReadOnlyList<T> items) => items[Random.Next(items.Count)];

    public Guid NewGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        Random.NextBytes(bytes);
        return new Guid(bytes);
    }

    /// <summary>Costs nothing unless the world is traced.</summary>
    public void Note([InterpolatedStringHandlerArgument("")] ref NoteText text)
    {
        if (!isTraced) return;
        if (_notes.Count == NotesKept) _notes.Dequeue();
        _notes.Enqueue($"{Now,6} ms  {text.ToStringAndClear()}");
    }
}
