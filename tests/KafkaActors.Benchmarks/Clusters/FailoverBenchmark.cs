using System.Diagnostics;
using System.Globalization;
using KafkaActors.Benchmarks.Running;
using KafkaActors.TestKit;
using KafkaActors.TestKit.Clusters;
using KafkaActors.TestKit.Machine;

namespace KafkaActors.Benchmarks.Clusters;

/// <summary>
/// The controller's node of three is killed, or falls silent (its links are cut; root only): how long until a change
/// that was asked for after that is acknowledged at another node, and until everything that was under way there is
/// answered? And what does a pause of each node change?
/// </summary>
internal static class FailoverBenchmark
{
    private const int Kills = 20;
    private const int Silences = 5;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Standstill = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan Before = TimeSpan.FromMilliseconds(500);

    public static async Task RunAsync(BenchmarkOptions options, TextWriter output)
    {
        ClusterOfProcesses cluster = await ClusterOfProcesses.StartAsync(ClusterLayout.Formed([1, 2, 3], []))
            .ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            await PauseAsync(cluster, output).ConfigureAwait(false);
            await KillAsync(cluster, (int)options.Scaled(Kills), output).ConfigureAwait(false);
        }

        // Not in a smoke test.
        int silences = (int)(Silences * options.Scale);
        if (silences == 0) return;
        if (Environment.UserName != "root")
        {
            await output.WriteLineAsync("silent host: not measured, cutting links needs root").ConfigureAwait(false);
            return;
        }

        NamespaceNetwork network = await NamespaceNetwork.CreateAsync(1, 2, 3).ConfigureAwait(false);
        await using (network.ConfigureAwait(false))
            await SilenceAsync(network, silences, output).ConfigureAwait(false);
    }

    private static Task KillAsync(ClusterOfProcesses cluster, int kills, TextWriter output) => RoundsAsync(
        "kill -9",
        cluster,
        kills,
        output,
        controller => cluster[controller].KillAsync(),
        controller =>
        {
            cluster[controller].Start();
            return Task.CompletedTask;
        });

    private static async Task PauseAsync(ClusterOfProcesses cluster, TextWriter output)
    {
        foreach (ClusterNode node in cluster.Nodes)
        {
            string before = await LeadersAsync(cluster).ConfigureAwait(false);
            await node.PauseAsync(Standstill).ConfigureAwait(false);
            await cluster.WholeAsync(Limit).ConfigureAwait(false);
            await Pause.For(Before).ConfigureAwait(false);
            string after = await LeadersAsync(cluster).ConfigureAwait(false);
            await output.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture,
                $"node {node.Id} paused for {Standstill.TotalSeconds} s: controller and leader epochs "
                + $"{(before == after ? "unchanged" : "changed")}, processes that ended: {node.Ends.Count}"))
                .ConfigureAwait(false);
        }
    }

    private static async Task SilenceAsync(NamespaceNetwork network, int silences, TextWriter output)
    {
        ClusterLayout layout = ClusterLayout.Formed([1, 2, 3], []) with { Network = network };
        ClusterOfProcesses cluster = await ClusterOfProcesses.StartAsync(layout).ConfigureAwait(false);
        await using (cluster.ConfigureAwait(false))
        {
            await RoundsAsync(
                "silent host", cluster, silences, output, network.IsolateAsync, _ => network.HealAsync())
                .ConfigureAwait(false);
        }
    }

    private static async Task RoundsAsync(
        string what,
        ClusterOfProcesses cluster,
        int rounds,
        TextWriter output,
        Func<int, Task> fail,
        Func<int, Task> mend)
    {
        List<double> served = [];
        List<double> answered = [];
        for (int round = 0; round < rounds; round++)
        {
            int controller = await cluster.ControllerAsync().ConfigureAwait(false);
            ClusterNode[] others = [.. cluster.Brokers.Where(node => node.Id != controller)];
            (double untilServed, double untilAnswered) = await RoundAsync(others, () => fail(controller))
                .ConfigureAwait(false);
            served.Add(untilServed);
            answered.Add(untilAnswered);
            await mend(controller).ConfigureAwait(false);
            await cluster.WholeAsync(Limit).ConfigureAwait(false);
        }

        await output.WriteLineAsync(
            $"{what}, until a change is acknowledged, s: {Statistics.Of(served).ToString("F2")}").ConfigureAwait(false);
        await output.WriteLineAsync(
            $"{what}, until what was under way is answered, s: {Statistics.Of(answered).ToString("F2")}")
            .ConfigureAwait(false);
    }

    private static async Task<(double Served, double Answered)> RoundAsync(ClusterNode[] others, Func<Task> fail)
    {
        AdminProbe probe = await AdminProbe.StartAsync(others).ConfigureAwait(false);
        await using (probe.ConfigureAwait(false))
        {
            await Pause.For(Before).ConfigureAwait(false);
            long failed = Stopwatch.GetTimestamp();
            await fail().ConfigureAwait(false);
            await Eventually.True(() => probe.ServedSince(failed) is not null, "a change is acknowledged", Limit)
                .ConfigureAwait(false);
            await Eventually.True(() => probe.UnderWay(failed) == 0, "all is answered", Limit).ConfigureAwait(false);
            return (Seconds(failed, probe.ServedSince(failed)), Seconds(failed, probe.LastUnderWay(failed)));
        }
    }

    private static double Seconds(long from, long? to) =>
        to is { } end ? Stopwatch.GetElapsedTime(from, end).TotalSeconds : 0;

    /// <summary>Who leads what in which epoch, and who is the controller, as one text.</summary>
    private static async Task<string> LeadersAsync(ClusterOfProcesses cluster)
    {
        NodeView? view = await cluster.SeenByAsync(cluster.Brokers.First().Id).ConfigureAwait(false);
        if (view is null) return "";
        IEnumerable<string> partitions = view.Topics.OrderBy(topic => topic.Key, StringComparer.Ordinal)
            .SelectMany(topic => topic.Value.Partitions.Select(partition => string.Create(
                CultureInfo.InvariantCulture,
                $"{topic.Key}-{partition.Index}:{partition.Leader}:{partition.LeaderEpoch}")));
        return $"{view.Controller} {string.Join(' ', partitions)}";
    }
}
