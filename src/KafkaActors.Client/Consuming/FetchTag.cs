using KafkaActors.Protocol;

namespace KafkaActors.Client.Consuming;

/// <summary>What a fetch under way is for, and under which generations it was sent.</summary>
internal sealed class FetchTag(long reservedBytes)
{
    private readonly Dictionary<TopicIdPartition, (FetchPartition Partition, int Generation)> _partitions = [];
    private FetchPartition? _receiving;
    private int _receivingGeneration;

    public long ReservedBytes => reservedBytes;

    /// <summary>Some partition had batches or an error; without, all of them have been read to their end.</summary>
    public bool HasData { get; set; }

    /// <summary>Of whom the bytes are that come next; null when they are nobody's any more.</summary>
    public FetchPartition? Receiving
    {
        get => _receiving?.Generation == _receivingGeneration ? _receiving : null;
        set => (_receiving, _receivingGeneration) = (value, value?.Generation ?? 0);
    }

    /// <summary>Those that have not been sought, paused or unassigned since.</summary>
    public IEnumerable<FetchPartition> Current => _partitions.Values
        .Where(entry => entry.Partition.Generation == entry.Generation)
        .Select(entry => entry.Partition);

    public void Add(TopicIdPartition id, FetchPartition partition) =>
        _partitions.Add(id, (partition, partition.Generation));

    public FetchPartition? Find(TopicIdPartition id) =>
        _partitions.TryGetValue(id, out (FetchPartition Partition, int Generation) entry)
        && entry.Partition.Generation == entry.Generation
            ? entry.Partition
            : null;
}
