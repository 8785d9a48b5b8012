using System.Text.RegularExpressions;

namespace KafkaActors.Tidy.Tests;

/// <summary>READMEs and decision records name only what exists, and decision records keep their form.</summary>
public sealed partial class DocumentTests
{
    private const int MaxDecisionLines = 90;

    private static readonly string[] Roots = ["src/", "tests/", "hocon/", "deploy/", ".ci/"];
    private static readonly string[] Sections = ["## Context", "## Decision", "## Consequences", "## Rejected"];

    private static IEnumerable<string> Documents =>
        Repository.Files.Where(path => path.EndsWith(".md", StringComparison.Ordinal));

    private static IEnumerable<string> Decisions => Documents
        .Where(path => path.StartsWith("src/decisions/", StringComparison.Ordinal))
        .Where(path => !path.EndsWith("/README.md", StringComparison.Ordinal));

    [TestCaseSource(nameof(Documents))]
    public void Every_link_leads_somewhere(string document)
    {
        string folder = Path.GetDirectoryName(document) ?? "";
        string[] broken = [.. Link().Matches(Repository.ReadText(document))
            .Select(match => match.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && target[0] != '#')
            .Where(target => !Repository.Exists(Path.Combine(folder, target.Split('#')[0])))];
        Assert.That(broken, Is.Empty);
    }

    [TestCaseSource(nameof(Documents))]
    public void Every_path_in_code_quotes_exists(string document)
    {
        string[] missing = [.. CodePath().Matches(Repository.ReadText(document))
            .Select(match => match.Groups["path"].Value.TrimEnd('/', '.'))
            .Where(path => Roots.Any(root => path.StartsWith(root, StringComparison.Ordinal)))
            .Where(path => !path.Contains('*', StringComparison.Ordinal) && !Generated().IsMatch(path))
            .Where(path => !Repository.Exists(path))];
        Assert.That(missing, Is.Empty);
    }

    [Test]
    public void Decisions_are_numbered_without_a_gap()
    {
        string[] numbers = [.. Decisions.Select(path => Path.GetFileName(path)[..5]).Order(StringComparer.Ordinal)];
        Assert.That(numbers, Is.EqualTo(Enumerable.Range(1, numbers.Length).Select(number => $"{number:0000}-")));
    }

    [TestCaseSource(nameof(Decisions))]
    public void A_decision_is_one_page_in_the_agreed_form(string decision)
    {
        string text = Repository.ReadText(decision);
        Assert.That(text.Split('\n'), Has.Length.LessThanOrEqualTo(MaxDecisionLines));
        Assert.That(Sections.Where(section => !text.Contains($"\n{section}\n", StringComparison.Ordinal)), Is.Empty);
    }

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?<![\w/.-])(?<path>(?:src|tests|hocon|deploy|\.ci)/[\w./*-]*)")]
    private static partial Regex CodePath();

    [GeneratedRegex(@"/(bin|obj)(/|$)")]
    private static partial Regex Generated();
}
