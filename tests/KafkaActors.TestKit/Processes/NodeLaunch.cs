using System.Globalization;

namespace KafkaActors.TestKit.Processes;

/// <summary>
/// How a node process is started: the arguments of <c>kafka-actors node</c>, every door on a free port.
/// </summary>
public sealed record NodeLaunch
{
    public required string DataDirectory { get; init; }

    /// <summary>Zero picks a free one; a restart under running clients takes the former one.</summary>
    public int AkkaPort { get; init; }

    /// <inheritdoc cref="AkkaPort"/>
    public int KafkaPort { get; init; }

    /// <summary>Further <c>--set PATH=VALUE</c> arguments.</summary>
    public IReadOnlyList<string> Settings { get; init; } = [];

    /// <summary>Further arguments as they are.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>A program to start it through; see <see cref="KafkaActorsCommand.StartUnder"/>.</summary>
    public IReadOnlyList<string> Under { get; init; } = [];

    /// <summary>Starts the process without waiting until it serves: it may be one that is to refuse.</summary>
    public ExternalProcess Start() => KafkaActorsCommand.StartUnder(Under, [
        "node", "--data", DataDirectory, "--akka-port", AkkaPort.ToString(CultureInfo.InvariantCulture),
        "--kafka-port", KafkaPort.ToString(CultureInfo.InvariantCulture), "--http-port", "0", "--cmd-port", "0",
        .. Settings.SelectMany(setting => new[] { "--set", setting }), .. Arguments]);
}
