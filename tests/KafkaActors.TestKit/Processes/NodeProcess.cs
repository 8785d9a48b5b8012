using System.Globalization;
using System.Text.RegularExpressions;

namespace KafkaActors.TestKit.Processes;

/// <summary>
/// A real <c>kafka-actors node</c> process on free loopback ports. Owned by the test that started it; killed with it.
/// </summary>
public sealed partial class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(60);

    private NodeProcess(ExternalProcess process, string readyLine)
    {
        Process = process;
        ReadyLine = readyLine;
        Match door = AkkaDoor().Match(readyLine);
        if (!door.Success) throw new FormatException($"no akka=host:port in: {readyLine}");
        Host = door.Groups["host"].Value;
        AkkaPort = int.Parse(door.Groups["port"].ValueSpan, CultureInfo.InvariantCulture);
    }

    public ExternalProcess Process { get; }

    public string ReadyLine { get; }

    public string Host { get; }

    public int AkkaPort { get; }

    /// <summary>What a command's <c>--bootstrap-server</c> takes.</summary>
    public string Bootstrap => $"{Host}:{AkkaPort}";

    /// <summary>Starts a node on <paramref name="dataDirectory"/> and returns once it says that it serves.</summary>
    /// <param name="dataDirectory">What <c>--data</c> gets.</param>
    /// <param name="akkaPort">Zero picks a free one; a restart under running clients passes the former one.</param>
    /// <param name="settings">Further <c>--set PATH=VALUE</c> arguments.</param>
    public static async Task<NodeProcess> StartAsync(
        string dataDirectory, int akkaPort = 0, params IReadOnlyList<string> settings)
    {
        ExternalProcess process = Launch(dataDirectory, akkaPort, settings);
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

    /// <summary>Starts a node without waiting for it: one that is to refuse, or to be killed early.</summary>
    public static ExternalProcess Launch(
        string dataDirectory, int akkaPort = 0, params IReadOnlyList<string> settings) =>
        KafkaActorsCommand.Start([
            "node", "--data", dataDirectory, "--akka-port", akkaPort.ToString(CultureInfo.InvariantCulture),
            "--kafka-port", "0", "--http-port", "0", "--cmd-port", "0",
            .. settings.SelectMany(setting => new[] { "--set", setting })]);

    public static bool IsReady(string line) => ReadyPattern().IsMatch(line);

    public ValueTask DisposeAsync() => Process.DisposeAsync();

    [GeneratedRegex(@"^node \d+ ready\b")]
    private static partial Regex ReadyPattern();

    [GeneratedRegex(@"\bakka=(?:akka\.tcp://[^@ ]*@)?(?<host>[^ ]+):(?<port>\d+)")]
    private static partial Regex AkkaDoor();
}
