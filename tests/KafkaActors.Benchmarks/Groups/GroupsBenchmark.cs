using System.Diagnostics;
using System.Globalization;
using KafkaActors.Benchmarks.Nodes;
using KafkaActors.Benchmarks.Running;
using KafkaActors.Testing;
using KafkaActors.TestKit.Processes;

namespace KafkaActors.Benchmarks.Groups;

/// <summary>
/// What do a thousand groups cost a node: their heartbeats, their commits, their memory? How long does a group of a
/// hundred members take to rebalance? The members are in this process, the node is one of its own; for the memory of a
/// group, and for that alone, the broker is in this process too.
/// </summary>
internal static class GroupsBenchmark
{
    private const long Groups = 1000;
    private const long LargeGroupMembers = 100;
    private const int CommittedPartitions = 10;
    private const int CommitsPerSecond = 2000;

    private const double SettleSeconds = 30;
    private const double MeasuredSeconds = 60;

    private static readonly TimeSpan HeartbeatInterval = TimeSpan.FromSeconds(3);

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        int groups = (int)options.Scaled(Groups);
        using (WorkDirectory directory = new(options))
        {
            NodeProcess node = await NodeProcess.StartAsync(directory.Combine("data")).ConfigureAwait(false);
            await using (node.ConfigureAwait(false))
            {
                await ToolRun.Of(
                    node, "topics", "--create", "--topic", GroupConnection.Topic, "--partitions", "10",
                    "--replication-factor", "1").ConfigureAwait(false);
                await LoadAsync(node, groups, options, output).ConfigureAwait(false);
                await RebalancesAsync(node, options, output).ConfigureAwait(false);
            }
        }

        await MemoryAsync(groups, output).ConfigureAwait(false);
    }

    private static async Task LoadAsync(NodeProcess node, int groups, BenchmarkOptions options, TextWriter output)
    {
        TimeSpan settle = TimeSpan.FromSeconds(SettleSeconds * options.Scale);
        TimeSpan measured = TimeSpan.FromSeconds(MeasuredSeconds * options.Scale);
        await Pause.For(settle).ConfigureAwait(false);
        await ShareAsync(node, output, "at rest", "", async () =>
        {
            await Pause.For(settle).ConfigureAwait(false);
            return 0;
        }).ConfigureAwait(false);
        await GroupConnection.AwaitCoordinatorAsync(node.KafkaBootstrap!).ConfigureAwait(false);
        using GroupLoad load = await GroupLoad.ConnectAsync(node.KafkaBootstrap!, groups).ConfigureAwait(false);
        await load.JoinAsync().ConfigureAwait(false);
        await output.WriteLineAsync($"{groups} groups of {GroupLoad.Members} over {load.Connections} connections")
            .ConfigureAwait(false);
        await load.PacedAsync(Heartbeat, HeartbeatInterval, settle).ConfigureAwait(false);
        await ShareAsync(node, output, "heartbeats", "heartbeats", () =>
            load.PacedAsync(Heartbeat, HeartbeatInterval, measured)).ConfigureAwait(false);
        TimeSpan period = TimeSpan.FromSeconds((double)groups * GroupLoad.Members / CommitsPerSecond);
        await load.PacedAsync(Commit, period, settle / 3).ConfigureAwait(false);
        string commits = $"commits of {CommittedPartitions} offsets";
        await ShareAsync(node, output, "commits, paced", commits, () =>
            load.PacedAsync(Commit, period, measured / 2)).ConfigureAwait(false);
        await ShareAsync(node, output, "commits, as fast as answered", commits, () =>
            load.UnpacedAsync(Commit, measured / 4)).ConfigureAwait(false);
    }

    private static async Task RebalancesAsync(NodeProcess node, BenchmarkOptions options, TextWriter output)
    {
        int members = (int)Math.Max(2, options.Scaled(LargeGroupMembers));
        List<double> times = [];
        for (int round = 0; round < options.Rounds; round++)
        {
            TimeSpan time = await LargeGroup.RebalanceAsync(node.KafkaBootstrap!, $"large-{round}", members)
                .ConfigureAwait(false);
            times.Add(time.TotalMilliseconds);
        }

        await output.WriteLineAsync(
            $"rebalance of {members} members over 1000 partitions, ms: {Statistics.Of(times).ToString("F0")}")
            .ConfigureAwait(false);
    }

    private static async Task MemoryAsync(int groups, TextWriter output)
    {
        // Tests wait for nobody; here, all members of a group are to be in its first generation, as with a node.
        KafkaActorsBroker kafka = await KafkaActorsBroker.StartAsync(new KafkaActorsBrokerOptions
        {
            Settings = new Dictionary<string, string> { ["group.initial.rebalance.delay.ms"] = "3000" },
        }).ConfigureAwait(false);
        await using (kafka.ConfigureAwait(false))
        {
            await GroupConnection.AwaitCoordinatorAsync(kafka.BootstrapServers).ConfigureAwait(false);
            using GroupLoad load = await GroupLoad.ConnectAsync(kafka.BootstrapServers, groups).ConfigureAwait(false);
            long before = GC.GetTotalMemory(forceFullCollection: true);
            await load.JoinAsync().ConfigureAwait(false);
            double each = (double)(GC.GetTotalMemory(forceFullCollection: true) - before) / groups;
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"memory of a group of {GroupLoad.Members}: {each / 1000:F1} kB"))
                .ConfigureAwait(false);
        }
    }

    private static async Task Heartbeat(GroupConnection connection, BenchmarkMember member) =>
        GroupConnection.Check(await connection.HeartbeatAsync(member).ConfigureAwait(false));

    private static Task Commit(GroupConnection connection, BenchmarkMember member) =>
        connection.CommitAsync(member, CommittedPartitions, Stopwatch.GetTimestamp());

    private static async Task ShareAsync(
        NodeProcess node, TextWriter output, string what, string unit, Func<Task<long>> work)
    {
        TimeSpan before = node.Process.ProcessorTime;
        long started = Stopwatch.GetTimestamp();
        long done = await work().ConfigureAwait(false);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        double share = (node.Process.ProcessorTime - before) / elapsed;
        string rate = done == 0
            ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{done / elapsed.TotalSeconds:F0} {unit} a second, ");
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {rate}{share * 100:F1} % of one core, {node.Process.ResidentBytes / 1e6:F0} MB resident"))
            .ConfigureAwait(false);
    }
}
