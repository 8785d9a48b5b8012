namespace KafkaActors.Client.Producing;

/// <summary>
/// Waits until the batches that existed when a flush began are answered. Owned by the producer's actor.
/// </summary>
internal sealed class FlushWaiter(TaskCompletionSource done)
{
    // One more than the batches while they are being counted.
    private int _open = 1;

    public void BatchAdded() => _open++;

    public void BatchDone()
    {
        if (--_open == 0) done.TrySetResult();
    }

    public void AllAdded() => BatchDone();
}
