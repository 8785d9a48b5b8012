using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace KafkaActors.Tidy.Tests;

/// <summary>
/// Which folder of the broker uses a type of which other, read from the syntax: namespaces follow folders, so a type
/// of another folder is one whose namespace the file uses, or one that is written with its folder. What only a comment
/// names is no use.
/// </summary>
internal sealed class BrokerFolders
{
    private const string Project = "src/KafkaActors.Broker/";
    private const string Root = "KafkaActors.Broker";

    private readonly Dictionary<string, HashSet<string>> _namespacesOf = [];

    public BrokerFolders()
    {
        Files = [.. Repository.Sources.Where(file => file.Path.StartsWith(Project, StringComparison.Ordinal))];
        foreach (BaseTypeDeclarationSyntax type in Files
            .SelectMany(file => file.Syntax.DescendantNodes().OfType<BaseTypeDeclarationSyntax>()))
            if (type.Parent is BaseNamespaceDeclarationSyntax space)
                Declare(type.Identifier.Text, space.Name.ToString());
        Arrows = [.. Files.SelectMany(ArrowsOf).Distinct()];
    }

    public IReadOnlyList<SourceFile> Files { get; }

    public IReadOnlyList<FolderArrow> Arrows { get; }

    public IEnumerable<string> Names => Files.Select(file => FolderOf(file.Path)).Distinct();

    private static string FolderOf(string path) => path[Project.Length..].Split('/') is { Length: > 1 } parts
        ? parts[0]
        : "";

    private static string FolderOfNamespace(string space) =>
        space.Length > Root.Length ? space[(Root.Length + 1)..].Split('.')[0] : "";

    private void Declare(string type, string space)
    {
        if (!_namespacesOf.TryGetValue(type, out HashSet<string>? spaces)) _namespacesOf[type] = spaces = [];
        spaces.Add(space);
    }

    private IEnumerable<FolderArrow> ArrowsOf(SourceFile file)
    {
        string from = FolderOf(file.Path);
        HashSet<string> usings = [.. file.Syntax.DescendantNodes().OfType<UsingDirectiveSyntax>()
            .Select(directive => directive.NamespaceOrType.ToString())];
        foreach (SimpleNameSyntax name in file.Syntax.DescendantNodes().OfType<SimpleNameSyntax>())
        {
            if (!_namespacesOf.TryGetValue(name.Identifier.Text, out HashSet<string>? spaces)) continue;
            if (name.Ancestors().Any(node => node is UsingDirectiveSyntax)) continue;
            foreach (string space in spaces)
                if (FolderOfNamespace(space) is var to && to != from && IsMeant(name, space, usings))
                    yield return new FolderArrow(from, to, $"{file.Path} uses {name.Identifier.Text}");
        }
    }

    private static bool IsMeant(SimpleNameSyntax name, string space, HashSet<string> usings) => name.Parent switch
    {
        QualifiedNameSyntax qualified when qualified.Right == name => Ends(qualified.Left, space),
        MemberAccessExpressionSyntax access when access.Name == name => Ends(access.Expression, space),
        _ => usings.Contains(space),
    };

    private static bool Ends(SyntaxNode left, string space) =>
        left.ToString() is var text && (text == space || space.EndsWith($".{text}", StringComparison.Ordinal));
}
