using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator.Emission;

/// <summary>Writes the <c>Read</c> method of one class and a method for each of its arrays.</summary>
internal sealed class ReadEmitter(CodeWriter code, MessageDefinition message, StructDefinition type)
{
    private bool IsRoot => ReferenceEquals(type, message.Body);

    private bool HasFlexible => !message.Header.FlexibleVersions.IsEmpty;

    public void Emit()
    {
        code.Open($"{(IsRoot ? "public" : "internal")} static {type.Name} Read(ref ProtocolReader reader, short version)");
        if (IsRoot) code.Line("Versions.Require(version);");
        StructEmitter.DeclareFlexible(code, message, HasFlexible || type.Plain.Any(NeedsFlexible));
        code.Line($"var value = new {type.Name}();");
        foreach (FieldDefinition field in type.Plain) EmitField(field);
        if (HasFlexible) code.Line($"if (flexible) {(type.Tagged.Any() ? "value.ReadTags(ref reader, version)" : "reader.SkipTags()")};");
        code.Line("return value;");
        code.Close();
        if (type.Tagged.Any()) EmitTags();
        foreach (FieldDefinition field in type.Fields.Where(field => field.IsArray)) EmitArray(field);
    }

    private static bool NeedsFlexible(FieldDefinition field) => !field.IsArray && field.Scalar is { HasLength: true };

    private void EmitField(FieldDefinition field)
    {
        string condition = field.Versions.Condition(message.Versions) is { } text ? $"if ({text}) " : "";
        code.Line($"{condition}value.{field.Name} = {Expression(field)};");
    }

    private static string Expression(FieldDefinition field)
    {
        if (field.IsArray) return $"Read{field.Name}(ref reader, version)";
        string plain = field.Struct is null ? Scalar(field, "") : $"{field.ElementType}.Read(ref reader, version)";
        if (field.NullIn.IsEmpty) return plain;
        string nullable = field.Struct is null ? Scalar(field, "Nullable") : $"reader.ReadPresence() ? {plain} : null";
        return field.NullIn.Condition(field.Versions) is { } condition
            ? $"{condition} ? ({nullable}) : {plain}"
            : nullable;
    }

    private static string Scalar(FieldDefinition field, string nullable) =>
        $"reader.Read{nullable}{field.Scalar!.Method}({(field.Scalar.HasLength ? "flexible" : "")})";

    private void EmitTags()
    {
        code.Line();
        code.Open("private void ReadTags(ref ProtocolReader reader, short version)");
        StructEmitter.DeclareFlexible(code, message, type.Tagged.Any(NeedsFlexible));
        code.Open("for (uint left = reader.ReadTagCount(); left > 0; left--)");
        code.Open("switch (reader.BeginTag(out int end))");
        foreach (FieldDefinition field in type.Tagged)
        {
            string when = field.Versions.Condition(message.Header.FlexibleVersions) is { } text ? $" when {text}" : "";
            code.Line($"case {field.Tag}{when}: {field.Name} = {Expression(field)}; break;");
        }

        code.Close();
        code.Line("reader.EndTag(end);");
        code.Close();
        code.Close();
    }

    private void EmitArray(FieldDefinition field)
    {
        bool nullable = !field.NullIn.IsEmpty;
        code.Line();
        code.Open($"private static {field.ElementType}[]{(nullable ? "?" : "")} Read{field.Name}(ref ProtocolReader reader, short version)");
        StructEmitter.DeclareFlexible(code, message, needed: true);
        string allowed = !nullable ? "false" : field.NullIn.Condition(field.Versions) ?? "true";
        code.Line($"int count = reader.ReadArrayCount(flexible, nullable: {allowed}, leastElementSize: {message.LeastElementSize(field)});");
        if (nullable) code.Line("if (count < 0) return null;");
        code.Line("if (count == 0) return [];");
        code.Line($"var values = new {field.ElementType}[count];");
        string element = field.Struct is null ? Scalar(field, "") : $"{field.ElementType}.Read(ref reader, version)";
        code.Line($"for (int index = 0; index < count; index++) values[index] = {element};");
        code.Line("return values;");
        code.Close();
    }
}
