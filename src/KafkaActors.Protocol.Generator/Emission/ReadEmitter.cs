using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator.Emission;

/// <summary>Writes the <c>Read</c> method of a class, and those for its tagged fields and its arrays.</summary>
internal sealed class ReadEmitter(ClassScope scope)
{
    private const string Parameters = "ref ProtocolReader reader, short version";

    private readonly CodeWriter _code = scope.Code;

    public void Emit()
    {
        string name = scope.Type.Name;
        _code.Open($"{scope.Access} static {name} Read({Parameters})");
        if (scope.IsMessage) _code.Line("Versions.Require(version);");
        scope.DeclareFlexible(scope.HasFlexibleVersions || scope.Type.Plain.Any(field => field.UsesFlexible));
        _code.Line($"var value = new {name}();");
        foreach (FieldDefinition field in scope.Type.Plain)
            _code.Line($"{scope.IfPresent(field)}value.{field.Name} = {Expression(field)};");
        string tags = scope.HasTags ? "value.ReadTags(ref reader, version)" : "reader.SkipTags()";
        if (scope.HasFlexibleVersions) _code.Line($"if (flexible) {tags};");
        _code.Line("return value;");
        _code.Close();
        if (scope.HasTags) EmitTags();
        foreach (FieldDefinition field in scope.Type.Fields.Where(field => field.IsArray)) EmitArray(field);
    }

    private void EmitTags()
    {
        _code.Line();
        _code.Open($"private void ReadTags({Parameters})");
        scope.DeclareFlexible(scope.Type.Tagged.Any(field => field.UsesFlexible));
        _code.Open("for (uint left = reader.ReadTagCount(); left > 0; left--)");
        _code.Open("switch (reader.BeginTag(out int end))");
        foreach (FieldDefinition field in scope.Type.Tagged)
        {
            string when = field.Versions.Condition(scope.FlexibleVersions) is { } condition ? $" when {condition}" : "";
            _code.Line($"case {field.Tag}{when}: {field.Name} = {Expression(field)}; break;");
        }

        _code.Close();
        _code.Line();
        _code.Line("reader.EndTag(end);");
        _code.Close();
        _code.Close();
    }

    private void EmitArray(FieldDefinition field)
    {
        bool canBeNull = !field.NullIn.IsEmpty;
        string nullable = canBeNull ? field.NullIn.Condition(field.Versions) ?? "true" : "false";
        int least = scope.LeastElementSize(field);
        string type = field.ElementType;
        _code.Line();
        _code.Open($"private static {type}[]{(canBeNull ? "?" : "")} Read{field.Name}({Parameters})");
        scope.DeclareFlexible();
        _code.Line($"int count = reader.ReadArrayCount(flexible, nullable: {nullable}, leastElementSize: {least});");
        if (canBeNull) _code.Line("if (count < 0) return null;");
        _code.Line("if (count == 0) return [];");
        _code.Line($"var values = new {type}[count];");
        _code.Line($"for (int index = 0; index < count; index++) values[index] = {Value(field)};");
        _code.Line("return values;");
        _code.Close();
    }

    private static string Expression(FieldDefinition field)
    {
        if (field.IsArray) return $"Read{field.Name}(ref reader, version)";
        if (field.NullIn.IsEmpty) return Value(field);
        string nullable = field.Struct is null
            ? Scalar(field, "Nullable")
            : $"reader.ReadPresence() ? {Value(field)} : null";
        return field.NullIn.Condition(field.Versions) is { } condition
            ? $"{condition} ? ({nullable}) : {Value(field)}"
            : nullable;
    }

    // The field's value where it is not null, or the value of one of its elements.
    private static string Value(FieldDefinition field) =>
        field.Struct is null ? Scalar(field) : $"{field.ElementType}.Read(ref reader, version)";

    private static string Scalar(FieldDefinition field, string prefix = "") =>
        $"reader.Read{prefix}{field.Scalar!.Method}({(field.Scalar.HasLength ? "flexible" : "")})";
}
