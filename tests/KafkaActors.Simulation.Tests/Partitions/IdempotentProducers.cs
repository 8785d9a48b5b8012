namespace KafkaActors.Simulation.Tests.Partitions;

/// <summary>
/// Where each producer's records are, as a leader remembers it: built from the log, then advanced by what is accepted.
/// </summary>
internal sealed class IdempotentProducers
{
    private readonly Dictionary<(int Producer, int Sequence), long> _offsets = [];
    private readonly Dictionary<int, int> _next = [];

    public IdempotentProducers(IReadOnlyList<SimRecord> log)
    {
        for (int offset = 0; offset < log.Count; offset++) Add(log[offset].Producer, log[offset].Sequence, offset);
    }

    public long? OffsetOf(int producer, int sequence) =>
        _offsets.TryGetValue((producer, sequence), out long offset) ? offset : null;

    public bool IsNext(int producer, int sequence) => _next.GetValueOrDefault(producer) == sequence;

    public void Add(int producer, int sequence, long offset)
    {
        _offsets[(producer, sequence)] = offset;
        _next[producer] = sequence + 1;
    }
}
