using KafkaActors.Protocol.Generator.Definitions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace KafkaActors.Protocol.Generator;

/// <summary>What is wrong with a definition, and where, as values that the incremental pipeline can compare.</summary>
internal sealed record DefinitionFault(string Path, int Line, string Message)
{
    private static readonly DiagnosticDescriptor Descriptor = new(
        "KA0001", "Invalid message definition", "{0}({1}): {2}", "Definitions", DiagnosticSeverity.Error,
        isEnabledByDefault: true);

    public DefinitionFault(string path, DefinitionException fault)
        : this(path, fault.Line, fault.Message)
    {
    }

    public Diagnostic ToDiagnostic()
    {
        var start = new LinePosition(Line - 1, 0);
        var location = Location.Create(Path, new TextSpan(0, 0), new LinePositionSpan(start, start));
        return Diagnostic.Create(Descriptor, location, System.IO.Path.GetFileName(Path), Line, Message);
    }
}
