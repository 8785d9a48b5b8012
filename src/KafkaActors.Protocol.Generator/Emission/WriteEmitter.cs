using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator.Emission;

/// <summary>Writes the <c>Write</c> method of one class and a method for each of its arrays.</summary>
internal sealed class WriteEmitter(CodeWriter code, MessageDefinition message, StructDefinition type)
{
    private bool IsRoot => ReferenceEquals(type, message.Body);

    private bool HasFlexible => !message.Header.FlexibleVersions.IsEmpty;

    public void Emit()
    {
        code.Open($"{(IsRoot ? "public" : "internal")} void Write(ProtocolWriter writer, short version)");
        if (IsRoot) code.Line("Versions.Require(version);");
        StructEmitter.DeclareFlexible(code, message, HasFlexible || type.Plain.Any(NeedsFlexible));
        foreach (FieldDefinition field in type.Plain) EmitField(field);
        if (HasFlexible) code.Line($"if (flexible) {(type.Tagged.Any() ? "WriteTags(writer, version)" : "writer.WriteNoTags()")};");
        code.Close();
        if (type.Tagged.Any()) EmitTags();
        foreach (FieldDefinition field in type.Fields.Where(field => field.IsArray)) EmitArray(field);
    }

    private static bool NeedsFlexible(FieldDefinition field) => !field.IsArray && field.Scalar is { HasLength: true };

    private void EmitField(FieldDefinition field)
    {
        string? condition = field.Versions.Condition(message.Versions);
        bool isStruct = field.Struct is not null && !field.IsArray && !field.NullIn.IsEmpty;
        List<string> statements = [];
        if (RefusesNull(field) is { } refusal) statements.Add(refusal);
        if (isStruct) statements.Add(Presence(field));
        statements.Add(isStruct ? $"{field.Name}?.Write(writer, version);" : Statement(field, field.Name));
        if (statements.Count == 1)
        {
            code.Line((condition is null ? "" : $"if ({condition}) ") + statements[0]);
            return;
        }

        if (condition is not null) code.Open($"if ({condition})");
        foreach (string statement in statements) code.Line(statement);
        if (condition is not null) code.Close();
    }

    // A null in a version that has no null is a fault of whoever filled the message in.
    private static string? RefusesNull(FieldDefinition field)
    {
        if (!field.IsNullable || field.IsTaggedStruct) return null;
        string where = $"throw ProtocolWriter.NullNotAllowed(nameof({field.Name}), version);";
        if (field.NullIn.IsEmpty) return $"if ({field.Name} is null) {where}";
        return field.NullIn.Condition(field.Versions) is { } condition
            ? $"if ({field.Name} is null && !({condition})) {where}"
            : null;
    }

    private static string Presence(FieldDefinition field)
    {
        string write = $"writer.WritePresence({field.Name} is not null);";
        return field.NullIn.Condition(field.Versions) is { } condition ? $"if ({condition}) {write}" : write;
    }

    private static string Statement(FieldDefinition field, string value)
    {
        if (field.IsArray) return $"Write{field.Name}(writer, version, {value});";
        if (field.Struct is not null) return $"{value}.Write(writer, version);";
        string nullable = field.NullIn.IsEmpty ? "" : "Nullable";
        return $"writer.Write{nullable}{field.Scalar!.Method}({value}{(field.Scalar.HasLength ? ", flexible" : "")});";
    }

    private void EmitTags()
    {
        code.Line();
        code.Open("private void WriteTags(ProtocolWriter writer, short version)");
        StructEmitter.DeclareFlexible(code, message, type.Tagged.Any(NeedsFlexible));
        foreach (FieldDefinition field in type.Tagged)
        {
            string versions = field.Versions.Condition(message.Header.FlexibleVersions) is { } text ? $"{text} && " : "";
            code.Line($"bool has{field.Name} = {versions}{DiffersFromDefault(field)};");
        }

        string sum = string.Join(" + ", type.Tagged.Select(field => $"(has{field.Name} ? 1u : 0u)"));
        code.Line($"writer.WriteTagCount({sum});");
        foreach (FieldDefinition field in type.Tagged) EmitTag(field);
        code.Close();
    }

    private void EmitTag(FieldDefinition field)
    {
        code.Open($"if (has{field.Name})");
        code.Line($"int start = writer.BeginTag({field.Tag});");
        if (RefusesNull(field) is { } refusal) code.Line(refusal);
        code.Line(Statement(field, field.IsTaggedStruct ? field.Name + "!" : field.Name));
        code.Line("writer.EndTag(start);");
        code.Close();
    }

    private static string DiffersFromDefault(FieldDefinition field)
    {
        if (field.IsTaggedStruct || field.Default == "null") return $"{field.Name} is not null";
        if (field.IsArray) return field.IsNullable ? $"{field.Name} is not {{ Count: 0 }}" : $"{field.Name}.Count > 0";
        if (field.Scalar!.Name == "bytes")
            return field.IsNullable ? $"{field.Name} is not {{ IsEmpty: true }}" : $"!{field.Name}.IsEmpty";
        string initial = field.Default ?? (field.Scalar.Name == "string" ? "\"\"" : "default");
        return $"{field.Name} != {initial}";
    }

    private void EmitArray(FieldDefinition field)
    {
        bool nullable = !field.NullIn.IsEmpty;
        string element = field.Struct is null
            ? $"writer.Write{field.Scalar!.Method}(values[index]{(field.Scalar.HasLength ? ", flexible" : "")});"
            : "values[index].Write(writer, version);";
        code.Line();
        code.Open($"private static void Write{field.Name}(ProtocolWriter writer, short version, {field.PropertyType} values)");
        StructEmitter.DeclareFlexible(code, message, needed: true);
        code.Line($"writer.WriteArrayCount({(nullable ? "values?.Count ?? -1" : "values.Count")}, flexible);");
        if (nullable) code.Line("if (values is null) return;");
        code.Line($"for (int index = 0; index < values.Count; index++) {element}");
        code.Close();
    }
}
