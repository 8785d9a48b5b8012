using System.Text.RegularExpressions;

namespace KafkaActors.Tidy.Tests;

/// <summary>The stops of a record's path: what the README lists is what the files say of themselves.</summary>
public sealed partial class RecordPathMarksTests
{
    private const int Stops = 9;

    [Test]
    public void Each_file_says_which_stop_of_the_READMEs_list_it_is()
    {
        string[] listed = [.. Stop().Matches(Repository.ReadText("README.md"))
            .Select(match => $"{match.Groups["number"].Value} {match.Groups["path"].Value}")];
        string[] marked = [.. Enumerable.Range(1, Stops).Select(number =>
            $"{number} {Repository.Files.Single(path => path.StartsWith("src/", StringComparison.Ordinal)
                && path.EndsWith(".cs", StringComparison.Ordinal)
                && Mark(number).IsMatch(Repository.ReadText(path)))}")];

        Assert.That(listed, Is.EqualTo(marked));
    }

    private static Regex Mark(int number) => new($@"/// .*Record path (\d/{Stops} and )?{number}/{Stops}[ .]");

    [GeneratedRegex(@"^(?<number>\d)\. \[[^]]+\]\((?<path>src/[^)]+\.cs)\)", RegexOptions.Multiline)]
    private static partial Regex Stop();
}
