using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator.Emission;

/// <summary>Writes the C# of one definition file: a class for each message, its structs nested in it.</summary>
internal static class MessageEmitter
{
    /// <summary>The field of the responses that tell it.</summary>
    private const string ThrottleTime = "ThrottleTimeMs";

    public static string Emit(Schema schema)
    {
        var code = new CodeWriter();
        foreach (MessageDefinition message in schema.Messages) EmitMessage(code, message);
        return code.ToString();
    }

    private static void EmitMessage(CodeWriter code, MessageDefinition message)
    {
        code.Line();
        code.Summary(message.Body.Summary);
        code.Open($"public sealed class {message.Name} : {Interface(message)}");
        EmitIdentity(code, message);
        EmitMembers(code, message, message.Body);
        foreach (StructDefinition one in message.Structs)
        {
            code.Line();
            code.Summary(one.Summary);
            code.Open($"public sealed class {one.Name}");
            EmitMembers(code, message, one);
            code.Close();
        }

        code.Close();
    }

    private static void EmitIdentity(CodeWriter code, MessageDefinition message)
    {
        (int low, int high) = (message.Versions.Low, message.Versions.High);
        if (message.Kind == MessageKind.Record)
        {
            code.Line($"public const short LowestVersion = {low};");
            code.Line($"public const short HighestVersion = {high};");
            code.Line();
        }

        code.Line($"public static ApiVersionRange Versions => new({low}, {high});");
        code.Line();
        if (message.Kind != MessageKind.Request) return;
        code.Line($"public ApiKey Api => ApiKey.{message.Header.Name};");
        code.Line();
    }

    private static void EmitMembers(CodeWriter code, MessageDefinition message, StructDefinition type)
    {
        foreach (FieldDefinition field in type.Fields) EmitProperty(code, field);
        var scope = new ClassScope(code, message, type);
        new ReadEmitter(scope).Emit();
        code.Line();
        new WriteEmitter(scope).Emit();
    }

    private static void EmitProperty(CodeWriter code, FieldDefinition field)
    {
        code.Summary(field.Summary);
        string initial = Initial(field) is { } value ? $" = {value};" : "";
        code.Line($"public {field.PropertyType} {field.Name} {{ get; set; }}{initial}");
        code.Line();
    }

    // Null: C#'s own default is the field's.
    private static string? Initial(FieldDefinition field)
    {
        if (field.Default is not null) return field.Default == "null" ? null : field.Default;
        if (field.IsArray) return "[]";
        if (field.Struct is not null) return field.IsTaggedStruct ? null : "new()";
        if (field.Scalar!.Name == "string") return "\"\"";
        return field.Scalar.Name == "bytes" && field.IsNullable ? "ReadOnlyMemory<byte>.Empty" : null;
    }

    private static string Interface(MessageDefinition message) => message.Kind switch
    {
        MessageKind.Request => "IRequestMessage",
        MessageKind.Response when message.Body.Fields.Any(field => field.Name == ThrottleTime) => "IThrottledResponse",
        MessageKind.Response => "IResponseMessage",
        _ => "IProtocolMessage",
    };
}
