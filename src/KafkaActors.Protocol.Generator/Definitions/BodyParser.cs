using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator.Definitions;

/// <summary>
/// Reads the fields of one message and of the structs in it. A struct is defined below its first use and only named
/// afterwards; the names of structs and of fields stay apart because both become members of one C# class.
/// </summary>
internal sealed class BodyParser(DefinitionLines lines, SchemaHeader header)
{
    private static readonly string[] Reserved = ["Read", "Write", "Versions", "Api"];

    private readonly Dictionary<string, StructDefinition> _structs = [];
    private readonly Dictionary<string, int> _fieldLines = [];
    private readonly HashSet<string> _open = [];

    /// <summary>The structs in the order of their definition.</summary>
    public List<StructDefinition> Structs { get; } = [];

    public StructDefinition Parse(string name, string summary)
    {
        List<FieldDefinition> fields = ParseFields(level: 1);
        foreach (StructDefinition one in Structs)
        {
            if (_fieldLines.TryGetValue(one.Name, out int line))
                throw new DefinitionException(line, $"'{one.Name}' names a struct and a field of the same message");
        }

        return new StructDefinition(name, summary, fields);
    }

    private List<FieldDefinition> ParseFields(int level)
    {
        List<FieldDefinition> fields = [];
        while (lines.Peek() is { } line && line.Level >= level)
        {
            if (line.Level > level) throw new DefinitionException(line.Number, "indented deeper than a field is here");
            FieldDefinition field = ParseField(lines.Take("a field"), level);
            if (fields.Exists(other => other.Name == field.Name))
                throw new DefinitionException(line.Number, $"'{field.Name}' is defined twice");
            if (field.Tag is not null && fields.Exists(other => other.Tag == field.Tag))
                throw new DefinitionException(line.Number, $"tag {field.Tag} is used twice");
            fields.Add(field);
        }

        return fields;
    }

    private FieldDefinition ParseField(DefinitionLine line, int level)
    {
        var parser = new FieldParser(line, header);
        if (Reserved.Contains(parser.Name))
            throw new DefinitionException(line.Number, $"'{parser.Name}' is a name of the generated class");
        _fieldLines[parser.Name] = line.Number;
        return ScalarType.Find(parser.TypeName) is { } scalar
            ? parser.Field(scalar)
            : parser.Field(ParseStruct(parser.TypeName, line, level + 1));
    }

    private StructDefinition ParseStruct(string name, DefinitionLine line, int level)
    {
        if (!FieldParser.IsName(name)) throw new DefinitionException(line.Number, $"'{name}' is not a type");
        bool definesFields = lines.Peek() is { } next && next.Level >= level;
        if (_open.Contains(name)) throw new DefinitionException(line.Number, $"struct '{name}' contains itself");
        if (_structs.TryGetValue(name, out StructDefinition? known))
        {
            return definesFields
                ? throw new DefinitionException(line.Number, $"struct '{name}' is defined twice")
                : known;
        }

        if (!definesFields)
            throw new DefinitionException(line.Number, $"'{name}' is neither a type nor a struct with fields below it");
        _open.Add(name);
        var defined = new StructDefinition(name, line.Comment, ParseFields(level));
        _open.Remove(name);
        _structs.Add(name, defined);
        Structs.Add(defined);
        return defined;
    }
}
