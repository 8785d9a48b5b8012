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

    /// <summary>
    /// Faults of the disk from the start on, possibly none; null, as it is, starts the node over the plain disk. See
    /// <see cref="KafkaActorsCommand.StartOverFaults"/>.
    /// </summary>
    public IReadOnlyList<string>? Faults { get; init; }

    /// <summary>Starts the process without waiting until it serves: it may be one that is to refuse.</summary>
    public ExternalProcess Start() => Faults is null
        ? KafkaActorsCommand.StartUnder(Under, Words)
        : KafkaActorsCommand.StartOverFaults(Faults, Words);

    private IReadOnlyList<string> Words =>
    [
        "node", "--data", DataDirectory, "--akka-port", AkkaPort.ToString(CultureInfo.InvariantCulture),
        "--kafka-port", KafkaPort.ToString(CultureInfo.InvariantCulture), "--http-port", "0", "--cmd-port", "0",
        .. Settings.SelectMany(setting => new[] { "--set", setting }), .. Arguments,
    ];
}
