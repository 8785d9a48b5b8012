using System.Collections.Immutable;
using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator.Emission;

/// <summary>Writes what knows of all APIs: the enum of their keys and the table of their descriptions.</summary>
internal static class ApiEmitter
{
    public static string Emit(ImmutableArray<SchemaHeader> apis)
    {
        var code = new CodeWriter();
        code.Line();
        code.Summary("The APIs that have a definition, by the number that a request starts with.");
        code.Open("public enum ApiKey : short");
        foreach (SchemaHeader api in apis)
        {
            code.Summary(api.Summary);
            code.Line($"{api.Name} = {api.ApiKey},");
        }

        code.Close();
        code.Line();
        code.Summary("The description of each API that has a definition.");
        code.Open("public static class ApiMessages");
        foreach (SchemaHeader api in apis) EmitDescription(code, api);
        EmitAll(code, apis);
        EmitTryGet(code, apis);
        code.Close();
        return code.ToString();
    }

    private static void EmitDescription(CodeWriter code, SchemaHeader api)
    {
        string flexible = api.FlexibleFrom == SchemaHeader.Never
            ? "ApiDescription.NeverFlexible"
            : FormattableString.Invariant($"{api.FlexibleFrom}");
        code.Line($"public static ApiDescription {api.Name} {{ get; }} = new(");
        code.Line($"    ApiKey.{api.Name}, {Range(api.Versions)}, {Range(api.Advertised)}, {flexible},");
        code.Line($"    {api.Name}Request.Read, {api.Name}Response.Read);");
        code.Line();
    }

    private static void EmitAll(CodeWriter code, ImmutableArray<SchemaHeader> apis)
    {
        code.Summary("In the order of their keys.");
        code.Line("public static IReadOnlyList<ApiDescription> All { get; } =");
        code.Line("[");
        foreach (SchemaHeader api in apis) code.Line($"    {api.Name},");
        code.Line("];");
        code.Line();
    }

    private static void EmitTryGet(CodeWriter code, ImmutableArray<SchemaHeader> apis)
    {
        code.Open("public static bool TryGet(short key, [NotNullWhen(true)] out ApiDescription? api)");
        code.Open("api = key switch");
        foreach (SchemaHeader api in apis) code.Line($"{api.ApiKey} => {api.Name},");
        code.Line("_ => null,");
        code.Close(";");
        code.Line("return api is not null;");
        code.Close();
    }

    private static string Range(VersionRange range) => FormattableString.Invariant($"new({range.Low}, {range.High})");
}
