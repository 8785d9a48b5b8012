using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator.Emission;

/// <summary>Writes the <c>Write</c> method of a class, and those for its tagged fields and its arrays.</summary>
internal sealed class WriteEmitter(ClassScope scope)
{
    private const string Parameters = "ProtocolWriter writer, short version";

    private readonly CodeWriter _code = scope.Code;

    public void Emit()
    {
        _code.Open($"{scope.Access} void Write({Parameters})");
        if (scope.IsMessage) _code.Line("Versions.Require(version);");
        scope.DeclareFlexible(scope.HasFlexibleVersions || scope.Type.Plain.Any(field => field.UsesFlexible));
        foreach (FieldDefinition field in scope.Type.Plain) EmitField(field);
        string tags = scope.HasTags ? "WriteTags(writer, version)" : "writer.WriteNoTags()";
        if (scope.HasFlexibleVersions) _code.Line($"if (flexible) {tags};");
        _code.Close();
        if (scope.HasTags) EmitTags();
        foreach (FieldDefinition field in scope.Type.Fields.Where(field => field.IsArray)) EmitArray(field);
    }

    private void EmitField(FieldDefinition field)
    {
        string[] statements = [.. Statements(field)];
        if (statements.Length == 1)
        {
            _code.Line(scope.IfPresent(field) + statements[0]);
            return;
        }

        string? condition = field.Versions.Condition(scope.Versions);
        if (condition is not null) _code.Open($"if ({condition})");
        foreach (string statement in statements) _code.Line(statement);
        if (condition is not null) _code.Close();
    }

    private static IEnumerable<string> Statements(FieldDefinition field)
    {
        if (RefusesNull(field) is { } refusal) yield return refusal;
        if (field is { Struct: not null, IsArray: false } && !field.NullIn.IsEmpty)
        {
            string condition = field.NullIn.Condition(field.Versions) is { } text ? $"if ({text}) " : "";
            yield return $"{condition}writer.WritePresence({field.Name} is not null);";
            yield return $"{field.Name}?.Write(writer, version);";
        }
        else
        {
            yield return WholeValue(field);
        }
    }

    // A null in a version that has no null is a fault of whoever filled the message in.
    private static string? RefusesNull(FieldDefinition field)
    {
        if (!field.IsNullable || field.IsTaggedStruct) return null;
        string refusal = $"throw ProtocolWriter.NullNotAllowed(nameof({field.Name}), version);";
        if (field.NullIn.IsEmpty) return $"if ({field.Name} is null) {refusal}";
        return field.NullIn.Condition(field.Versions) is { } condition
            ? $"if ({field.Name} is null && !({condition})) {refusal}"
            : null;
    }

    private void EmitTags()
    {
        _code.Line();
        _code.Open($"private void WriteTags({Parameters})");
        scope.DeclareFlexible(scope.Type.Tagged.Any(field => field.UsesFlexible));
        foreach (FieldDefinition field in scope.Type.Tagged)
        {
            string when = field.Versions.Condition(scope.FlexibleVersions) is { } text ? $"{text} && " : "";
            _code.Line($"bool has{field.Name} = {when}{DiffersFromDefault(field)};");
        }

        string sum = string.Join(" + ", scope.Type.Tagged.Select(field => $"(has{field.Name} ? 1u : 0u)"));
        _code.Line($"writer.WriteTagCount({sum});");
        foreach (FieldDefinition field in scope.Type.Tagged) EmitTag(field);
        _code.Close();
    }

    private void EmitTag(FieldDefinition field)
    {
        _code.Open($"if (has{field.Name})");
        _code.Line($"int start = writer.BeginTag({field.Tag});");
        if (RefusesNull(field) is { } refusal) _code.Line(refusal);
        if (field.IsTaggedStruct && !field.NullIn.IsEmpty) _code.Line("writer.WritePresence(true);");
        _code.Line(WholeValue(field));
        _code.Line("writer.EndTag(start);");
        _code.Close();
    }

    private static string DiffersFromDefault(FieldDefinition field)
    {
        if (field.IsTaggedStruct || field.Default == "null") return $"{field.Name} is not null";
        if (field.IsArray) return $"{field.Name} is not {{ Count: 0 }}";
        if (field.Scalar!.Name == "bytes") return $"{field.Name} is not {{ IsEmpty: true }}";
        string initial = field.Default ?? (field.Scalar.Name == "string" ? "\"\"" : "default");
        return $"{field.Name} != {initial}";
    }

    private void EmitArray(FieldDefinition field)
    {
        bool canBeNull = !field.NullIn.IsEmpty;
        _code.Line();
        _code.Open($"private static void Write{field.Name}({Parameters}, {field.PropertyType} values)");
        scope.DeclareFlexible();
        _code.Line($"writer.WriteArrayCount({(canBeNull ? "values?.Count ?? -1" : "values.Count")}, flexible);");
        if (canBeNull) _code.Line("if (values is null) return;");
        _code.Line($"for (int index = 0; index < values.Count; index++) {Value(field, "values[index]")}");
        _code.Close();
    }

    private static string WholeValue(FieldDefinition field)
    {
        if (field.IsArray) return $"Write{field.Name}(writer, version, {field.Name});";
        string value = field.IsTaggedStruct ? field.Name + "!" : field.Name;
        return Value(field, value, field.NullIn.IsEmpty ? "" : "Nullable");
    }

    private static string Value(FieldDefinition field, string value, string prefix = "") => field.Struct is null
        ? $"writer.Write{prefix}{MethodOf(field)}({value}{(field.Scalar!.HasLength ? ", flexible" : "")});"
        : $"{value}.Write(writer, version);";

    // Error messages quote what a client sent, so they alone may be cut.
    private static string MethodOf(FieldDefinition field) =>
        field.Scalar!.Name == "string" && field.Name.EndsWith("ErrorMessage", StringComparison.Ordinal)
            ? "ErrorText"
            : field.Scalar.Method;
}
