using System.Text.RegularExpressions;

namespace KafkaActors.Tidy.Tests;

/// <summary>What no text file of the repository holds.</summary>
public sealed partial class TextTests
{
    private static readonly string[] TextFiles =
        [".cs", ".csproj", ".props", ".targets", ".md", ".conf", ".json", ".sh", ".yml", ".yaml", ".sln", ".xml"];

    // Put together here, so that this file does not find itself.
    private static readonly string[] MachinePaths = ["/" + "work/", "shared" + "/design", "/" + "root/"];

    private static IEnumerable<string> Files => Repository.Files.Where(path =>
        TextFiles.Contains(Path.GetExtension(path)) || path.StartsWith(".ci/", StringComparison.Ordinal));

    [Test]
    public void Nothing_is_left_to_do_in_comments()
    {
        Assert.That(Find(LeftOver()), Is.Empty, "do it, or open an issue");
    }

    [Test]
    public void No_path_of_one_machine_is_named()
    {
        Assert.That(Find(new Regex(string.Join('|', MachinePaths.Select(Regex.Escape)))), Is.Empty);
    }

    [Test]
    public void Lines_end_in_LF_without_trailing_blanks()
    {
        Assert.That(
            Find(TrailingBlank()).Where(at => !at.StartsWith("KafkaActors.sln", StringComparison.Ordinal)), Is.Empty);
    }

    private static IEnumerable<string> Find(Regex wanted) =>
        from path in Files
        from line in Repository.ReadText(path).Split('\n').Index()
        where wanted.IsMatch(line.Item)
        select $"{path}:{line.Index + 1}";

    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|HA" + @"CK|TB" + @"D)\b")]
    private static partial Regex LeftOver();

    [GeneratedRegex(@"[ \t\r]$")]
    private static partial Regex TrailingBlank();
}
