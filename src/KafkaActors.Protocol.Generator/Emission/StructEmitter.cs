using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator.Emission;

/// <summary>Writes the members of one class: properties, then reading, then writing.</summary>
internal sealed class StructEmitter(CodeWriter code, MessageDefinition message, StructDefinition type)
{
    public void Emit()
    {
        foreach (FieldDefinition field in type.Fields) EmitProperty(field);
        new ReadEmitter(code, message, type).Emit();
        code.Line();
        new WriteEmitter(code, message, type).Emit();
    }

    /// <summary>Whether a version is flexible, as the expression that generated methods use for it.</summary>
    public static string Flexible(MessageDefinition message)
    {
        VersionRange flexible = message.Header.FlexibleVersions;
        if (flexible.IsEmpty) return "false";
        return flexible.Condition(message.Versions) ?? "true";
    }

    /// <summary>Declares <c>flexible</c> when one of the method's statements needs it.</summary>
    public static void DeclareFlexible(CodeWriter code, MessageDefinition message, bool needed)
    {
        if (!needed) return;
        string flexible = Flexible(message);
        code.Line(flexible is "true" or "false" ? $"const bool flexible = {flexible};" : $"bool flexible = {flexible};");
    }

    private void EmitProperty(FieldDefinition field)
    {
        code.Summary(field.Summary);
        string initial = Initial(field) is { } value ? $" = {value};" : "";
        code.Line($"public {field.PropertyType} {field.Name} {{ get; set; }}{initial}");
        code.Line();
    }

    private static string? Initial(FieldDefinition field)
    {
        if (field.Default is not null) return field.Default == "null" ? null : field.Default;
        if (field.IsArray) return "[]";
        if (field.Struct is not null) return field.IsTaggedStruct ? null : "new()";
        if (field.Scalar!.Name == "string") return "\"\"";
        return field.Scalar.Name == "bytes" && field.IsNullable ? "ReadOnlyMemory<byte>.Empty" : null;
    }
}
