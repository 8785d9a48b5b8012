namespace KafkaActors.Messages;

/// <summary>
/// The credit that a node granted: at most so many bytes, and so many requests, under way at once. A single request
/// that is greater than the window is let through when nothing else is under way. Not thread-safe.
/// </summary>
public sealed class CreditWindow(int maxRequests)
{
    public int Bytes { get; set; }

    public int Requests { get; private set; }

    public int UsedBytes { get; private set; }

    public int FreeBytes => Math.Max(0, Bytes - UsedBytes);

    public bool Fits(int bytes) => Requests == 0 || (Requests < maxRequests && bytes <= FreeBytes);

    public bool TryTake(int bytes)
    {
        if (!Fits(bytes)) return false;
        Requests++;
        UsedBytes += bytes;
        return true;
    }

    public void Return(int bytes)
    {
        Requests--;
        UsedBytes -= bytes;
    }

    public void Reset()
    {
        Requests = 0;
        UsedBytes = 0;
    }
}
