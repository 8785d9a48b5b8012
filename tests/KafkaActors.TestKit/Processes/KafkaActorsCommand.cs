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
    public static ExternalProcess StartUnder(IReadOnlyList<string> program, IReadOnlyList<string> arguments)
    {
        if (!File.Exists(AssemblyPath))
            throw new FileNotFoundException($"{AssemblyPath} is missing; reference KafkaActors.Cli", AssemblyPath);
        string[] words = [.. program, "dotnet", AssemblyPath, .. arguments];
        return ExternalProcess.Start(words[0], words[1..], environment: Environment);
    }

    private static Dictionary<string, string> Environment { get; } = new()
    {
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
    };
}
