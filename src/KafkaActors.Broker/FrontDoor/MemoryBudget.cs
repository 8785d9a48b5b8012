namespace KafkaActors.Broker.FrontDoor;

/// <summary>Bytes that all sessions of a door may hold together. Taken and given back from any thread.</summary>
internal sealed class MemoryBudget(long bytes)
{
    private long _left = bytes;

    public bool TryTake(long count)
    {
        if (Interlocked.Add(ref _left, -count) >= 0) return true;
        GiveBack(count);
        return false;
    }

    public void GiveBack(long count) => Interlocked.Add(ref _left, count);
}
