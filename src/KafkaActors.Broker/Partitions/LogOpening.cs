using KafkaActors.Protocol;

namespace KafkaActors.Broker.Partitions;

/// <summary>
/// Which logs are to be opened, and how many are being opened. A log whose name is still held by a deleted topic of
/// the same name waits until that one's directory has been renamed; one that is being opened holds its name too, for
/// its topic may be deleted, and made again, meanwhile.
/// </summary>
internal sealed class LogOpening(int parallelism)
{
    private readonly Dictionary<TopicIdPartition, TopicPartition> _wanted = [];
    private readonly Dictionary<TopicIdPartition, TopicPartition> _underWay = [];
    private readonly Dictionary<TopicPartition, int> _held = [];

    /// <summary>Everything that was wanted is open, or has failed.</summary>
    public bool IsIdle => _wanted.Count == 0 && _underWay.Count == 0;

    /// <summary>How many are not open yet.</summary>
    public int Left => _wanted.Count + _underWay.Count;

    public void Want(TopicIdPartition id, TopicPartition name)
    {
        if (!_underWay.ContainsKey(id)) _wanted[id] = name;
    }

    public void Forget(TopicIdPartition id) => _wanted.Remove(id);

    public void HoldBack(TopicPartition name) => _held[name] = _held.GetValueOrDefault(name) + 1;

    public void LetGo(TopicPartition name)
    {
        if (--_held[name] == 0) _held.Remove(name);
    }

    public bool TryTakeNext(out TopicIdPartition id, out TopicPartition name)
    {
        (id, name) = (default, default);
        if (_underWay.Count >= parallelism) return false;
        foreach ((TopicIdPartition wanted, TopicPartition itsName) in _wanted)
        {
            if (_held.ContainsKey(itsName)) continue;
            (id, name) = (wanted, itsName);
            _wanted.Remove(wanted);
            _underWay.Add(wanted, itsName);
            HoldBack(itsName);
            return true;
        }

        return false;
    }

    public void Done(TopicIdPartition id)
    {
        if (_underWay.Remove(id, out TopicPartition name)) LetGo(name);
    }
}
