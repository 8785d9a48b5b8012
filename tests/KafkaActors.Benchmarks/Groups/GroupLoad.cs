using System.Diagnostics;
using KafkaActors.Benchmarks.Running;

namespace KafkaActors.Benchmarks.Groups;

/// <summary>Many groups of three members over few connections; the members of a group share one.</summary>
internal sealed class GroupLoad : IDisposable
{
    public const int Members = 3;

    private const int MaxConnections = 100;
    private const int Partitions = 9;

    private readonly List<(GroupConnection Connection, BenchmarkMember[] Members)> _connections = [];

    public int Connections => _connections.Count;

    public static async Task<GroupLoad> ConnectAsync(string bootstrap, int groups)
    {
        var load = new GroupLoad();
        int connections = Math.Min(groups, MaxConnections);
        for (int index = 0; index < connections; index++)
        {
            BenchmarkMember[] members =
            [
                .. Enumerable.Range(0, groups * Members).Select(number => number / Members)
                    .Where(group => group % connections == index)
                    .Select(group => new BenchmarkMember($"group-{group}")),
            ];
            load._connections.Add((await GroupConnection.OpenAsync(bootstrap).ConfigureAwait(false), members));
        }

        return load;
    }

    /// <summary>Returns once all groups are stable.</summary>
    public Task JoinAsync() => Task.WhenAll(_connections.Select(async each =>
    {
        await each.Connection.NameAsync(each.Members).ConfigureAwait(false);
        await each.Connection.SendJoinsAsync(each.Members).ConfigureAwait(false);
        await each.Connection.ReceiveJoinsAsync(each.Members).ConfigureAwait(false);
        await each.Connection.SyncAsync(each.Members, Partitions).ConfigureAwait(false);
    }));

    /// <summary>Every member does it once in each period, evenly spread over it.</summary>
    /// <returns>How often it was done.</returns>
    public async Task<long> PacedAsync(
        Func<GroupConnection, BenchmarkMember, Task> action, TimeSpan period, TimeSpan duration)
    {
        long[] done = await Task.WhenAll(_connections.Select(async (each, index) =>
        {
            TimeSpan pause = TimeSpan.FromMilliseconds(Math.Max(1, period.TotalMilliseconds / each.Members.Length));
            await Pause.For(pause * index / _connections.Count).ConfigureAwait(false);
            using PeriodicTimer timer = new(pause);
            return await RepeatAsync(each, action, duration, async () => await timer.WaitForNextTickAsync()
                .ConfigureAwait(false)).ConfigureAwait(false);
        })).ConfigureAwait(false);
        return done.Sum();
    }

    /// <summary>The connections' members do it in turn, each connection as fast as it is answered.</summary>
    public async Task<long> UnpacedAsync(Func<GroupConnection, BenchmarkMember, Task> action, TimeSpan duration)
    {
        long[] done = await Task.WhenAll(_connections.Select(each =>
            RepeatAsync(each, action, duration, () => ValueTask.CompletedTask))).ConfigureAwait(false);
        return done.Sum();
    }

    public void Dispose()
    {
        foreach ((GroupConnection connection, _) in _connections) connection.Dispose();
    }

    private static async Task<long> RepeatAsync(
        (GroupConnection Connection, BenchmarkMember[] Members) each,
        Func<GroupConnection, BenchmarkMember, Task> action,
        TimeSpan duration,
        Func<ValueTask> pause)
    {
        long started = Stopwatch.GetTimestamp();
        long done = 0;
        for (; Stopwatch.GetElapsedTime(started) < duration; done++)
        {
            await action(each.Connection, each.Members[done % each.Members.Length]).ConfigureAwait(false);
            await pause().ConfigureAwait(false);
        }

        return done;
    }
}
