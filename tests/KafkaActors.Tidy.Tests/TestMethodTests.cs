using System.Collections.Frozen;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KafkaActors.Tidy.Tests;

public sealed class TestMethodTests
{
    private static readonly string[] TestAttributes = ["Test", "TestCase", "TestCaseSource", "Theory"];

    // What asserts by itself: NUnit, Akka's TestKit, and this repository's TestKit.
    private static readonly FrozenSet<string> Asserting =
        ["That", "Fail", "Multiple", "True", "Pass"];

    [Test]
    public void Every_test_asserts_something()
    {
        FrozenSet<string> helpers = AssertingMethods();
        Assert.That(
            Repository.TestSources.SelectMany(file => Methods(file)
                .Where(IsTest)
                .Where(method => !Asserts(method, helpers))
                .Select(method => $"{file.At(method)} {method.Identifier.Text}")),
            Is.Empty);
    }

    [Test]
    public void A_test_is_named_as_a_sentence()
    {
        Assert.That(
            Repository.TestSources.SelectMany(file => Methods(file)
                .Where(IsTest)
                .Where(method => !method.Identifier.Text.Contains('_', StringComparison.Ordinal))
                .Select(method => $"{file.At(method)} {method.Identifier.Text}")),
            Is.Empty);
    }

    [Test]
    public void Ignored_tests_say_why()
    {
        Assert.That(
            Repository.TestSources.SelectMany(file => file.Syntax.DescendantNodes().OfType<AttributeSyntax>()
                .Where(attribute => attribute.Name.ToString() == "Ignore")
                .Where(attribute => attribute.ArgumentList is not { Arguments.Count: > 0 })
                .Select(file.At)),
            Is.Empty);
    }

    private static IEnumerable<MethodDeclarationSyntax> Methods(SourceFile file) =>
        file.Syntax.DescendantNodes().OfType<MethodDeclarationSyntax>();

    private static bool IsTest(MethodDeclarationSyntax method) => method.AttributeLists
        .SelectMany(list => list.Attributes)
        .Any(attribute => TestAttributes.Contains(attribute.Name.ToString()));

    // A method asserts when it calls something that does, by name, within the test sources.
    private static FrozenSet<string> AssertingMethods()
    {
        MethodDeclarationSyntax[] methods = [.. Repository.TestSources.SelectMany(Methods)];
        HashSet<string> found = [.. Asserting];
        int before;
        do
        {
            before = found.Count;
            foreach (MethodDeclarationSyntax method in methods)
                if (Asserts(method, found)) found.Add(method.Identifier.Text);
        }
        while (found.Count > before);

        return found.ToFrozenSet();
    }

    private static bool Asserts(SyntaxNode method, ISet<string> known) =>
        method.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(Called)
            .Any(name => known.Contains(name) || name.StartsWith("Expect", StringComparison.Ordinal));

    private static string Called(InvocationExpressionSyntax call) => call.Expression switch
    {
        MemberAccessExpressionSyntax access => access.Name.Identifier.Text,
        SimpleNameSyntax name => name.Identifier.Text,
        _ => "",
    };
}
