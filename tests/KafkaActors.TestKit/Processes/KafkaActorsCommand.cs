namespace KafkaActors.TestKit.Processes;

/// <summary>
/// The built <c>kafka-actors</c> command beside the calling program (every project that references
/// KafkaActors.Cli gets a copy). It is started with <c>dotnet kafka-actors.dll</c>, never with <c>dotnet run</c>,
/// which would leave the node alive when its own process is killed.
/// </summary>
public static class KafkaActorsCommand
{
    public static string AssemblyPath { get; } = Path.Combine(AppContext.BaseDirectory, "kafka-actors.dll");

    /// <summary>Starts one command; the caller disposes it.</summary>
    public static ExternalProcess Start(params IReadOnlyList<string> arguments) => StartUnder([], arguments);

    /// <summary>
    /// Starts one command through another program that ends by becoming it, as <c>nsenter</c> does: the process id is
    /// the command's own.
    /// </summary>
    public static ExternalProcess StartUnder(IReadOnlyList<string> program, IReadOnlyList<string> arguments) =>
        Start(AssemblyPath, program, arguments, Environment);

    /// <summary>
    /// Starts one command over a disk that is slow or fails; <c>tests/KafkaActors.FaultyNode</c> says what the faults
    /// may be. More of them are told on its standard input.
    /// </summary>
    public static ExternalProcess StartOverFaults(IReadOnlyList<string> faults, IReadOnlyList<string> arguments) =>
        Start(
            Path.Combine(AppContext.BaseDirectory, "KafkaActors.FaultyNode.dll"),
            [],
            arguments,
            new Dictionary<string, string>(Environment) { ["KAFKA_ACTORS_FAULTS"] = string.Join('\n', faults) });

    private static ExternalProcess Start(
        string assembly,
        IReadOnlyList<string> program,
        IReadOnlyList<string> arguments,
        Dictionary<string, string> environment)
    {
        if (!File.Exists(assembly))
            throw new FileNotFoundException($"{assembly} is missing; reference its project", assembly);
        string[] words = [.. program, "dotnet", assembly, .. arguments];
        return ExternalProcess.Start(words[0], words[1..], environment: environment);
    }

    private static Dictionary<string, string> Environment { get; } = new()
    {
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
    };
}
