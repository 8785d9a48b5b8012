using Akka.Dispatch;

namespace KafkaActors.Broker.Dispatch;

/// <summary>
/// A piece of work on one thread together with all that it causes there. What a request wakes (the partition's actor,
/// its journal, the fetch that waits for the records) runs next on the same thread, while its bytes are in the cache,
/// instead of on another that has to be woken first: 60 µs a hop on two cores, several hops a batch.
/// Nothing is ever waited for inside a turn. What gets too much for one thread goes to the pool.
/// </summary>
internal static class Turn
{
    /// <summary>More at a time means that something fans out: other threads had better share it.</summary>
    private const int MaxQueued = 8;

    /// <summary>After so many runs a thread gives the rest away and looks at the world again.</summary>
    private const int MaxRuns = 256;

    [ThreadStatic]
    private static Queue<IRunnable>? queue;

    [ThreadStatic]
    private static bool isActive;

    /// <summary>Runs it next in this thread's turn, or, outside of one, on the pool in a turn of its own.</summary>
    public static void Post(IRunnable work)
    {
        if (isActive && queue!.Count < MaxQueued) queue.Enqueue(work);
        else ThreadPool.UnsafeQueueUserWorkItem(new PooledTurn(work), preferLocal: false);
    }

    /// <summary>
    /// Opens a turn on this thread and closes it, having run all it caused, when disposed; within a turn it does
    /// nothing.
    /// </summary>
    public static Scope Begin()
    {
        if (isActive) return default;
        queue ??= new Queue<IRunnable>(MaxQueued);
        isActive = true;
        return new Scope(isOutermost: true);
    }

    private static void Drain()
    {
        Queue<IRunnable> caused = queue!;
        try
        {
            for (int runs = 0; runs < MaxRuns && caused.TryDequeue(out IRunnable? next); runs++) next.Run();
        }
        finally
        {
            isActive = false;
            while (caused.TryDequeue(out IRunnable? left)) Post(left);
        }
    }

    /// <summary>A turn that is open. It stays on its thread: a ref struct lives across no await.</summary>
    internal readonly ref struct Scope(bool isOutermost)
    {
        public void Dispose()
        {
            if (isOutermost) Drain();
        }
    }

    private sealed class PooledTurn(IRunnable work) : IThreadPoolWorkItem
    {
        public void Execute()
        {
            using Scope turn = Begin();
            work.Run();
        }
    }
}
