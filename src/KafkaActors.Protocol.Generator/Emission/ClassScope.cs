using KafkaActors.Protocol.Generator.Model;

namespace KafkaActors.Protocol.Generator.Emission;

/// <summary>The class whose methods are being written: the body of a message, or a struct within one.</summary>
internal sealed class ClassScope(CodeWriter code, MessageDefinition message, StructDefinition type)
{
    public CodeWriter Code => code;

    public StructDefinition Type => type;

    /// <summary>The versions in which a method of the class can be called.</summary>
    public VersionRange Versions => message.Versions;

    public VersionRange FlexibleVersions => message.Header.FlexibleVersions;

    public bool HasFlexibleVersions => !FlexibleVersions.IsEmpty;

    public bool HasTags => type.Tagged.Any();

    /// <summary>Only a message can be met in a version it does not have; its structs follow it.</summary>
    public bool IsMessage => ReferenceEquals(type, message.Body);

    public string Access => IsMessage ? "public" : "internal";

    public int LeastElementSize(FieldDefinition array) => message.LeastElementSize(array);

    /// <summary><c>if (condition) </c> for a field that not every version has.</summary>
    public string IfPresent(FieldDefinition field) =>
        field.Versions.Condition(Versions) is { } condition ? $"if ({condition}) " : "";

    /// <summary>Declares <c>flexible</c>, which lengths depend on, for a method that needs it.</summary>
    public void DeclareFlexible(bool needed = true)
    {
        if (!needed) return;
        if (!HasFlexibleVersions) code.Line("const bool flexible = false;");
        else if (FlexibleVersions.Condition(Versions) is { } condition) code.Line($"bool flexible = {condition};");
        else code.Line("const bool flexible = true;");
    }
}
