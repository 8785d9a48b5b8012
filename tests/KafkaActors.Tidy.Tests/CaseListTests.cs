using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KafkaActors.Tidy.Tests;

/// <summary>The list of histories names tests that there are.</summary>
public sealed partial class CaseListTests
{
    private const string List = "tests/cluster-cases.md";

    private static IEnumerable<string> Named => TestName().Matches(Repository.ReadText(List))
        .Select(match => match.Groups["name"].Value).Distinct();

    private static ILookup<string, string> Tests { get; } = Repository.TestSources
        .SelectMany(file => file.Syntax.DescendantNodes().OfType<ClassDeclarationSyntax>())
        .SelectMany(type => type.Members.OfType<MethodDeclarationSyntax>()
            .Select(method => (Type: type.Identifier.Text, Method: method.Identifier.Text)))
        .ToLookup(test => test.Type, test => test.Method);

    [TestCaseSource(nameof(Named))]
    public void A_test_of_the_list_exists(string name)
    {
        string[] parts = name.Split('.');
        Assert.That(Tests.Contains(parts[0]), Is.True, $"no fixture {parts[0]}");
        if (parts.Length > 1) Assert.That(Tests[parts[0]], Does.Contain(parts[1]));
    }

    [GeneratedRegex(@"`(?<name>\w+Tests(\.\w+)?)`")]
    private static partial Regex TestName();
}
