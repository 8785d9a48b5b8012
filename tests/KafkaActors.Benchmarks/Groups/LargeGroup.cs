using System.Diagnostics;
using KafkaActors.Protocol;

namespace KafkaActors.Benchmarks.Groups;

/// <summary>One group whose members have a connection each.</summary>
internal static class LargeGroup
{
    private const int Partitions = 1000;

    /// <summary>One more joins a stable group.</summary>
    /// <returns>From the last member's rejoin until the last one has its assignment.</returns>
    public static async Task<TimeSpan> RebalanceAsync(string bootstrap, string group, int members)
    {
        List<(GroupConnection Connection, BenchmarkMember[] Member)> all = [];
        try
        {
            for (int index = 0; index < members; index++)
            {
                GroupConnection connection = await GroupConnection.OpenAsync(bootstrap).ConfigureAwait(false);
                all.Add((connection, [new BenchmarkMember(group)]));
                await connection.NameAsync(all[^1].Member).ConfigureAwait(false);
            }

            await SendJoinsAsync(all[..^1]).ConfigureAwait(false);
            await ReceiveAsync(all[..^1]).ConfigureAwait(false);
            await SendJoinsAsync(all[^1..]).ConfigureAwait(false);
            // Whoever rejoined before the coordinator has seen the new one would get the former generation again.
            while (await all[0].Connection.HeartbeatAsync(all[0].Member[0]).ConfigureAwait(false)
                != ErrorCode.RebalanceInProgress)
            {
            }

            await SendJoinsAsync(all[..^1]).ConfigureAwait(false);
            long started = Stopwatch.GetTimestamp();
            await ReceiveAsync(all).ConfigureAwait(false);
            return Stopwatch.GetElapsedTime(started);
        }
        finally
        {
            foreach ((GroupConnection connection, _) in all) connection.Dispose();
        }
    }

    private static async Task SendJoinsAsync(IEnumerable<(GroupConnection Connection, BenchmarkMember[] Member)> some)
    {
        foreach ((GroupConnection connection, BenchmarkMember[] member) in some)
            await connection.SendJoinsAsync(member).ConfigureAwait(false);
    }

    private static Task ReceiveAsync(IEnumerable<(GroupConnection Connection, BenchmarkMember[] Member)> some) =>
        Task.WhenAll(some.Select(async each =>
        {
            await each.Connection.ReceiveJoinsAsync(each.Member).ConfigureAwait(false);
            await each.Connection.SyncAsync(each.Member, Partitions).ConfigureAwait(false);
        }));
}
