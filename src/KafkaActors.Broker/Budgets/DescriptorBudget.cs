using KafkaActors.Storage.Files;

namespace KafkaActors.Broker.Budgets;

/// <summary>
/// The file descriptors of the process: what it holds at rest (assemblies, the runtime's own, the Akka port), a reserve
/// that is always left, connections of Kafka clients, and files of logs. Connections get at most half of what is
/// between rest and reserve, so that a flood of them leaves files for the logs; files get what connections leave. What
/// is at rest is measured, now and then: other libraries open files as well. Any thread.
/// </summary>
internal sealed class DescriptorBudget
{
    /// <summary>
    /// Sockets that are accepted to be turned away, files that are written beside others and renamed, directories that
    /// are flushed, and whatever the runtime opens for a moment: nobody may take these for longer.
    /// </summary>
    public const int Reserve = 12;

    /// <summary>Below it there would be nothing to serve with.</summary>
    public const int LeastToServe = 8;

    private readonly int _limit;
    private readonly OpenFiles _files;
    private readonly Func<int?> _measure;
    private int _connections;
    private int _rest;

    /// <param name="limit">Of the process.</param>
    /// <param name="measure">How many are in use, in all; null when none is left to look with.</param>
    public DescriptorBudget(int limit, OpenFiles files, Func<int?> measure)
    {
        _limit = limit;
        _files = files;
        _measure = measure;
        Measure();
    }

    public int Limit => _limit;

    /// <summary>What connections and files share.</summary>
    public int Shared => _limit - Reserve - Volatile.Read(ref _rest);

    /// <summary>Looks how many are in use that are neither a connection's nor a log's.</summary>
    public void Measure()
    {
        int known = _files.Count + Volatile.Read(ref _connections);
        Volatile.Write(ref _rest, Math.Max(0, (_measure() ?? _limit) - known));
        Share();
    }

    /// <summary>False: the connection is to be closed.</summary>
    public bool TryAddConnection()
    {
        int connections = Interlocked.Increment(ref _connections);
        if (connections <= Shared / 2 && connections + _files.Count <= Shared)
        {
            Share();
            return true;
        }

        Interlocked.Decrement(ref _connections);
        return false;
    }

    public void RemoveConnection()
    {
        Interlocked.Decrement(ref _connections);
        Share();
    }

    private void Share() => _files.Limit = Math.Max(0, Shared - Volatile.Read(ref _connections));
}
