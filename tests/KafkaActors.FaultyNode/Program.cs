using KafkaActors.Broker.Hosting;
using KafkaActors.Cli.Invocation;
using KafkaActors.FaultyNode;

var faults = new Faults();
string given = Environment.GetEnvironmentVariable("KAFKA_ACTORS_FAULTS") ?? "";
foreach (string line in given.Split('\n', StringSplitOptions.RemoveEmptyEntries)) faults.Tell(line);

// Ends with the process: nobody waits for it.
_ = Task.Factory.StartNew(
    () =>
    {
        while (Console.In.ReadLine() is { } line) Console.Out.WriteLine($"fault: {faults.Tell(line)}");
    },
    CancellationToken.None,
    TaskCreationOptions.LongRunning,
    TaskScheduler.Default);

using var interruption = new Interruption();
var context = new ToolContext(StandardStreams.OfProcess(), TimeProvider.System)
{
    Node = new NodeOptions { Files = new FaultyFileSystem(faults) },
};
return await CommandLineRunner.RunAsync(context, args, interruption.Token).ConfigureAwait(false);
