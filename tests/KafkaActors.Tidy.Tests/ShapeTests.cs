using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KafkaActors.Tidy.Tests;

/// <summary>Sizes and shapes of files, types and methods.</summary>
public sealed class ShapeTests
{
    private const int MaxFileLines = 400;
    private const int MaxLineLength = 120;
    private const int MaxMethodLines = 60;
    private const int MaxProgramLines = 60;

    private static readonly string[] AllowedManagers = ["ReplicaManager"];

    private static IEnumerable<SourceFile> All => Repository.Sources.Concat(Repository.TestSources);

    [Test]
    public void Files_are_short()
    {
        Assert.That(
            All.Where(file => file.Lines.Length - 1 > MaxFileLines).Select(file => $"{file} {file.Lines.Length}"),
            Is.Empty);
    }

    [Test]
    public void Lines_are_short()
    {
        Assert.That(
            All.SelectMany(file => file.Lines.Index()
                .Where(line => line.Item.TrimEnd('\r').Length > MaxLineLength)
                .Select(line => $"{file}:{line.Index + 1}")),
            Is.Empty);
    }

    [Test]
    public void Methods_are_short()
    {
        Assert.That(
            All.SelectMany(file => file.Syntax.DescendantNodes()
                .Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax)
                .Where(node => LineCount(node) > MaxMethodLines)
                .Select(node => $"{file.At(node)} {LineCount(node)} lines")),
            Is.Empty);
    }

    [Test]
    public void The_command_line_starts_in_a_short_Program()
    {
        string[] programs = [.. Repository.Files.Where(path => path.EndsWith("/Program.cs", StringComparison.Ordinal))];
        Assert.That(
            programs.Where(path => Repository.ReadText(path).Split('\n').Length > MaxProgramLines), Is.Empty);
    }

    [Test]
    public void A_file_holds_one_type_of_its_name()
    {
        Assert.That(
            All.Where(file => !HoldsOneTypeOfItsName(file))
                .Select(file => $"{file}: {string.Join(", ", TopLevel(file))}"),
            Is.Empty);
    }

    [Test]
    public void A_partial_type_is_partial_for_generated_code_only()
    {
        string[] split = [.. All
            .SelectMany(file => file.Syntax.DescendantNodes().OfType<TypeDeclarationSyntax>()
                .Where(type => type.Modifiers.Any(SyntaxKind.PartialKeyword))
                .Select(type => (file.Project, Name: type.Identifier.Text)))
            .GroupBy(type => type).Where(group => group.Count() > 1).Select(group => group.Key.ToString())];
        Assert.That(split, Is.Empty);
    }

    [Test]
    public void There_is_no_region()
    {
        Assert.That(
            All.SelectMany(file => file.Syntax.DescendantTrivia()
                .Where(trivia => trivia.IsKind(SyntaxKind.RegionDirectiveTrivia))
                .Select(trivia => file.At(trivia.SpanStart))),
            Is.Empty);
    }

    [Test]
    public void There_is_no_empty_catch()
    {
        Assert.That(
            Repository.Sources.SelectMany(file => file.Syntax.DescendantNodes().OfType<CatchClauseSyntax>()
                .Where(clause => clause.Block.Statements.Count == 0)
                .Where(clause => !clause.Block.DescendantTrivia().Any(IsComment))
                .Select(file.At)),
            Is.Empty,
            "a caught exception is handled, or a comment says why there is nothing to do");
    }

    [Test]
    public void A_type_is_named_for_what_it_is()
    {
        Assert.That(
            Repository.Sources.SelectMany(file => file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
                .Select(type => type.Identifier.Text)
                .Where(name => name.EndsWith("Utils", StringComparison.Ordinal)
                    || name.EndsWith("Util", StringComparison.Ordinal)
                    || name.EndsWith("Helpers", StringComparison.Ordinal)
                    || name.EndsWith("Helper", StringComparison.Ordinal)
                    || (name.EndsWith("Manager", StringComparison.Ordinal) && !AllowedManagers.Contains(name)))),
            Is.Empty);
    }

    [Test]
    public void An_actor_asks_no_other_actor()
    {
        Assert.That(
            Repository.Sources.SelectMany(file => file.Syntax.DescendantNodes().OfType<ClassDeclarationSyntax>()
                .Where(IsActor)
                .SelectMany(type => type.DescendantNodes().OfType<InvocationExpressionSyntax>())
                .Where(call => call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "Ask" })
                .Select(file.At)),
            Is.Empty,
            "Tell, and handle the answer as a message; Ask only at an edge");
    }

    [Test]
    public void A_suppressed_warning_carries_its_reason()
    {
        Assert.That(
            All.SelectMany(file => file.Lines.Index()
                .Where(line => line.Item.TrimStart().StartsWith("#pragma warning disable", StringComparison.Ordinal))
                .Where(line => !HasComment(line.Item) && !HasComment(file.Lines[Math.Max(0, line.Index - 1)]))
                .Select(line => $"{file}:{line.Index + 1}")),
            Is.Empty);
    }

    private static bool HasComment(string line) => line.Contains("//", StringComparison.Ordinal);

    private static bool HoldsOneTypeOfItsName(SourceFile file)
    {
        string[] types = TopLevel(file);
        string name = Path.GetFileNameWithoutExtension(file.Path);
        return types.Length == 0
            || (types.Length == 1 && (types[0] == name || name.StartsWith($"{types[0]}.", StringComparison.Ordinal)));
    }

    private static string[] TopLevel(SourceFile file) =>
        [.. file.Syntax.DescendantNodes(node => node is not BaseTypeDeclarationSyntax)
            .Where(node => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
            .Cast<MemberDeclarationSyntax>()
            .Where(type => !type.Modifiers.Any(SyntaxKind.FileKeyword))
            .Select(type => type is BaseTypeDeclarationSyntax named
                ? named.Identifier.Text
                : ((DelegateDeclarationSyntax)type).Identifier.Text)
            .Distinct()];

    private static bool IsActor(ClassDeclarationSyntax type) =>
        type.BaseList is { } bases && bases.Types.Any(item => item.Type.ToString() is
            "ReceiveActor" or "UntypedActor" or "ActorBase" or "ReceivePersistentActor" or "UntypedPersistentActor"
            or "PersistentActor");

    private static int LineCount(SyntaxNode node)
    {
        FileLinePositionSpan span = node.SyntaxTree.GetLineSpan(node.Span);
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    private static bool IsComment(SyntaxTrivia trivia) =>
        trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia);
}
