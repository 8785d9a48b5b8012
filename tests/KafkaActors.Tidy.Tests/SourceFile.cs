using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KafkaActors.Tidy.Tests;

/// <summary>One C# file: its path relative to the root, its text and its syntax tree.</summary>
internal sealed class SourceFile(string path, string text)
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.Preview);

    private readonly Lazy<SyntaxNode> _syntax = new(() => CSharpSyntaxTree.ParseText(text, Options).GetRoot());

    public string Path => path;

    public string Text => text;

    public SyntaxNode Syntax => _syntax.Value;

    /// <summary>The folder of the project that holds the file: <c>src/KafkaActors.Storage</c>.</summary>
    public string Project => string.Join('/', path.Split('/').Take(2));

    public string[] Lines => text.Split('\n');

    /// <summary>Where a node starts, as <c>path:line</c>, for the message of a failed test.</summary>
    public string At(SyntaxNode node) => At(node.SpanStart);

    public string At(int position) => $"{path}:{Syntax.SyntaxTree.GetText().Lines.GetLinePosition(position).Line + 1}";

    public override string ToString() => path;
}
