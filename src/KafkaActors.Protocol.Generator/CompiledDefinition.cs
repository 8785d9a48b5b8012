using System.Collections.Immutable;
using KafkaActors.Protocol.Generator.Definitions;
using KafkaActors.Protocol.Generator.Emission;
using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator;

/// <summary>
/// What became of one definition file: the source of its classes, or a fault. It holds strings and values only, so that
/// the compiler can see that an untouched file needs no second look.
/// </summary>
internal sealed record CompiledDefinition(string Path, SchemaHeader? Header, string Source, DefinitionFault? Fault)
{
    public static CompiledDefinition Compile(string path, string text)
    {
        try
        {
            Schema schema = SchemaParser.Parse(text);
            return new CompiledDefinition(path, schema.Header, MessageEmitter.Emit(schema), Fault: null);
        }
        catch (DefinitionException fault)
        {
            return new CompiledDefinition(path, Header: null, Source: "", new DefinitionFault(path, fault));
        }
    }

    /// <summary>The later of two files that define the same name or API key.</summary>
    public static IEnumerable<DefinitionFault> Conflicts(ImmutableArray<CompiledDefinition> definitions)
    {
        for (int index = 0; index < definitions.Length; index++)
        {
            CompiledDefinition later = definitions[index];
            CompiledDefinition? earlier = definitions.Take(index).FirstOrDefault(other => other.ConflictsWith(later));
            if (earlier is null) continue;
            string file = System.IO.Path.GetFileName(earlier.Path);
            yield return new DefinitionFault(later.Path, 1, $"its name or API key is already taken by {file}");
        }
    }

    private bool ConflictsWith(CompiledDefinition other) =>
        Header is { } mine && other.Header is { } theirs
        && (mine.Name == theirs.Name || (mine.ApiKey is not null && mine.ApiKey == theirs.ApiKey));
}
