using System.Globalization;
using System.Text.RegularExpressions;

namespace KafkaActors.TestKit.Processes;

/// <summary>
/// A real <c>kafka-actors node</c> process on free loopback ports. Owned by the test that started it; killed with it.
/// </summary>
public sealed partial class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FaultTimeout = TimeSpan.FromSeconds(30);

    private NodeProcess(ExternalProcess process, string readyLine)
    {
        Process = process;
        ReadyLine = readyLine;
        Match door = AkkaDoor().Match(readyLine);
        if (!door.Success) throw new FormatException($"no akka=host:port in: {readyLine}");
        Host = door.Groups["host"].Value;
        AkkaPort = int.Parse(door.Groups["port"].ValueSpan, CultureInfo.InvariantCulture);
        KafkaBootstrap = KafkaDoor().Match(readyLine) is { Success: true } kafka ? kafka.Groups["address"].Value : null;
    }

    public ExternalProcess Process { get; }

    public string ReadyLine { get; }

    public string Host { get; }

    public int AkkaPort { get; }

    /// <summary>What a command's <c>--bootstrap-server</c> takes.</summary>
    public string Bootstrap => $"{Host}:{AkkaPort}";

    /// <summary>A Kafka client's <c>bootstrap.servers</c>; null where the node opened no such door.</summary>
    public string? KafkaBootstrap { get; }

    /// <summary>Starts a node and returns once it says that it serves.</summary>
    public static Task<NodeProcess> StartAsync(string dataDirectory) =>
        StartAsync(new NodeLaunch { DataDirectory = dataDirectory });

    public static async Task<NodeProcess> StartAsync(NodeLaunch launch)
    {
        ExternalProcess process = launch.Start();
        try
        {
            return new NodeProcess(process, await process.WaitForOutputAsync(IsReady, ReadyTimeout)
                .ConfigureAwait(false));
        }
        catch
        {
            await process.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Tells a node that runs over faults of one more, or to <c>heal</c>; returns once it is so.</summary>
    public async Task TellFaultAsync(string line)
    {
        await Process.StandardInput.WriteLineAsync(line).ConfigureAwait(false);
        await Process.StandardInput.FlushAsync().ConfigureAwait(false);
        await Process.WaitForOutputAsync(said => said == $"fault: {line}", FaultTimeout).ConfigureAwait(false);
    }

    public static bool IsReady(string line) => ReadyPattern().IsMatch(line);

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    [GeneratedRegex(@"^node \d+ ready\b")]
    private static partial Regex ReadyPattern();

    [GeneratedRegex(@"\bakka=(?:akka\.tcp://[^@ ]*@)?(?<host>[^ ]+):(?<port>\d+)")]
    private static partial Regex AkkaDoor();

    [GeneratedRegex(@"\bkafka=(?<address>[^ ]+:\d+)")]
    private static partial Regex KafkaDoor();
}
