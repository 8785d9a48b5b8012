using System.Collections.Immutable;
using KafkaActors.Protocol.Generator.Emission;
using KafkaActors.Protocol.Generator.Model;
using Microsoft.CodeAnalysis;

namespace KafkaActors.Protocol.Generator;

/// <summary>
/// Turns each <c>*.message</c> file of a project into the classes that read and write it, and all of them together into
/// the table of APIs. A definition that cannot be understood is a compile error at its line.
/// </summary>
[Generator]
public sealed class MessageGenerator : IIncrementalGenerator
{
    private const string Extension = ".message";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<CompiledDefinition> definitions = context.AdditionalTextsProvider
            .Where(static file => file.Path.EndsWith(Extension, StringComparison.Ordinal))
            .Select(static (file, cancellation) =>
                CompiledDefinition.Compile(file.Path, file.GetText(cancellation)?.ToString() ?? ""));
        context.RegisterSourceOutput(definitions, EmitMessages);
        context.RegisterSourceOutput(definitions.Collect(), EmitTable);
    }

    private static void EmitMessages(SourceProductionContext context, CompiledDefinition definition)
    {
        if (definition.Fault is { } fault) context.ReportDiagnostic(fault.ToDiagnostic());
        else context.AddSource($"{Path.GetFileNameWithoutExtension(definition.Path)}.g.cs", definition.Source);
    }

    private static void EmitTable(SourceProductionContext context, ImmutableArray<CompiledDefinition> definitions)
    {
        foreach (DefinitionFault conflict in CompiledDefinition.Conflicts(definitions))
            context.ReportDiagnostic(conflict.ToDiagnostic());
        ImmutableArray<SchemaHeader> apis = definitions
            .Select(definition => definition.Header)
            .OfType<SchemaHeader>()
            .Where(header => header.ApiKey is not null)
            .OrderBy(header => header.ApiKey)
            .ToImmutableArray();
        context.AddSource("ApiMessages.g.cs", ApiEmitter.Emit(apis));
    }
}
