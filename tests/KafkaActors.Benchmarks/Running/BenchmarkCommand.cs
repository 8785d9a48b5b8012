using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using KafkaActors.Benchmarks.Clusters;
using KafkaActors.Benchmarks.Groups;
using KafkaActors.Benchmarks.Nodes;
using KafkaActors.Benchmarks.Protocol;
using KafkaActors.Benchmarks.Storage;
using KafkaActors.Benchmarks.Testing;

namespace KafkaActors.Benchmarks.Running;

/// <summary>Finds the program that the first argument names and runs it.</summary>
internal static class BenchmarkCommand
{
    public static IReadOnlyList<BenchmarkProgram> Programs { get; } =
    [
        new("log", "PartitionLog against bare writes; sealed reads; CRC-32C alone", LogBenchmark.RunAsync),
        new("open", "compressed batches opened before they are stored, by codec", OpeningBenchmark.RunAsync),
        new("clean", "compaction of 100-byte records, one key in ten unique", CleanerBenchmark.RunAsync),
        new("node", "producer, consumer and round trip against a node process", NodeBenchmark.RunAsync),
        new("client", "this project's client through the socket and through Akka.Remote", ClientBenchmark.RunAsync),
        new("start", "cold start, rest, and start with data", StartBenchmark.RunAsync),
        new("cluster", "three nodes at rest; controller and coordinator handed over", ClusterBenchmark.RunAsync),
        new("flat", "CPU per million records while the data grows", FlatBenchmark.RunAsync),
        new("kafka", "stock Kafka clients against a node process", KafkaPortBenchmark.RunAsync),
        new("groups", "a thousand groups on a node; a rebalance of a hundred members", GroupsBenchmark.RunAsync),
        new("alloc", "what the broker allocates for a megabyte in and out", AllocationBenchmark.RunAsync),
        new("form", "nodes form a cluster and lead partitions; after all were killed", FormingBenchmark.RunAsync),
        new("failover", "nodes are paused; the controller's is killed, or falls silent", FailoverBenchmark.RunAsync),
        new("testing", "start of a broker inside a test; its first record in and out", TestBrokerBenchmark.RunAsync),
    ];

    public static async Task<int> RunAsync(string[] arguments, TextWriter output, TextWriter errors)
    {
        string name = arguments.FirstOrDefault("");
        if (name == "micro")
        {
            // In this process: a project generated elsewhere would not find the central package versions.
            IConfig config = DefaultConfig.Instance
                .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
            BenchmarkSwitcher.FromAssembly(typeof(BenchmarkCommand).Assembly).Run(arguments[1..], config);
            return 0;
        }

        BenchmarkProgram? program = Programs.FirstOrDefault(candidate => candidate.Name == name);
        if (program is null || !BenchmarkOptions.TryParse(arguments.AsSpan(1), out BenchmarkOptions? options))
        {
            await errors.WriteLineAsync(Usage()).ConfigureAwait(false);
            return 1;
        }

        await output.WriteLineAsync(MachineDescription.Line()).ConfigureAwait(false);
        await program.Run(options, output).ConfigureAwait(false);
        return 0;
    }

    private static string Usage() => string.Join(Environment.NewLine,
    [
        "usage: <name> [--scale FACTOR] [--dir DIRECTORY] [--rounds N]",
        .. Programs.Select(program => $"  {program.Name,-8} {program.Question}"),
        "  micro    BenchmarkDotNet classes; takes its arguments, as in: micro --filter '*'",
    ]);
}
