using System.Collections.Immutable;
using KafkaActors.Protocol.Generator;
using KafkaActors.Protocol.Wire;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KafkaActors.Protocol.Tests.Generator;

/// <summary>
/// The generator run on definitions of a test. What it makes of a record can be compiled beside KafkaActors.Protocol;
/// what it makes of an API cannot, as both then have an enum of keys.
/// </summary>
internal sealed record GeneratorRun(ImmutableArray<Diagnostic> Faults, Compilation Generated)
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Append(typeof(ProtocolReader).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public IEnumerable<Diagnostic> CompileErrors =>
        Generated.GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error);

    public static GeneratorRun Of(string text) => Of(("Test.message", text));

    public static GeneratorRun Of(params (string Path, string Text)[] files)
    {
        var compilation = CSharpCompilation.Create(
            "Generated", references: References, options: new(OutputKind.DynamicallyLinkedLibrary));
        GeneratorDriver driver = CSharpGeneratorDriver
            .Create(new MessageGenerator())
            .AddAdditionalTexts([.. files.Select(file => new DefinitionFile(file.Path, file.Text))])
            .RunGeneratorsAndUpdateCompilation(compilation, out Compilation generated, out _);
        return new GeneratorRun(driver.GetRunResult().Diagnostics, generated);
    }
}
