namespace KafkaActors.Client.Cluster;

/// <summary>
/// The credit that a node granted: at most so many bytes, and so many requests, under way at once. A single request
/// that is greater than the window is let through when nothing else is under way. Not thread-safe.
/// </summary>
internal sealed class CreditWindow(int maxRequests)
{
    private int _requests;

    public int Bytes { get; set; }

    public int UsedBytes { get; private set; }

    public int FreeBytes => Math.Max(0, Bytes - UsedBytes);

    public bool TryTake(int bytes)
    {
        bool fits = _requests < maxRequests && bytes <= FreeBytes;
        if (!fits && _requests > 0) return false;
        _requests++;
        UsedBytes += bytes;
        return true;
    }

    public void Return(int bytes)
    {
        _requests--;
        UsedBytes -= bytes;
    }

    public void Reset()
    {
        _requests = 0;
        UsedBytes = 0;
    }
}
