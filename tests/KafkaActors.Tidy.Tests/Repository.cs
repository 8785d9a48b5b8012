using System.Diagnostics;

namespace KafkaActors.Tidy.Tests;

/// <summary>The checkout that the tests look at: found from the test assembly upwards, read once.</summary>
internal static class Repository
{
    private static readonly HashSet<string> Generated =
        ["bin", "obj", ".git", ".vs", ".idea", ".vscode", "data", "artifacts", "TestResults", "node_modules",
         "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = FindRoot();

    /// <summary>Every file of the checkout that is not generated, as a path relative to its root, sorted.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. List("").Order(StringComparer.Ordinal)];

    public static IReadOnlyList<SourceFile> Sources { get; } = Parse("src/");

    public static IReadOnlyList<SourceFile> TestSources { get; } = Parse("tests/");

    /// <summary>What git tracks at the root: a file that somebody left there while working is theirs.</summary>
    public static string[] TopLevel()
    {
        var start = new ProcessStartInfo("git", "ls-files") { WorkingDirectory = Root, RedirectStandardOutput = true };
        using Process git = Process.Start(start)!;
        string files = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return [.. files.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(path => path.Split('/')[0]).Distinct()];
    }

    public static bool Exists(string path) => File.Exists(Absolute(path)) || Directory.Exists(Absolute(path));

    public static string ReadText(string path) => File.ReadAllText(Absolute(path));

    public static string Absolute(string path) => Path.Combine(Root, path);

    private static SourceFile[] Parse(string under) =>
        [.. Files
            .Where(path => path.StartsWith(under, StringComparison.Ordinal))
            .Where(path => path.EndsWith(".cs", StringComparison.Ordinal))
            .Select(path => new SourceFile(path, ReadText(path)))];

    private static IEnumerable<string> List(string folder)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(Absolute(folder)).EnumerateFileSystemInfos())
        {
            string path = folder.Length == 0 ? entry.Name : $"{folder}/{entry.Name}";
            if (Generated.Contains(entry.Name)) continue;
            if (entry is not DirectoryInfo)
                yield return path;
            else
                foreach (string inner in List(path)) yield return inner;
        }
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "KafkaActors.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("no KafkaActors.sln above the test assembly");
    }
}
