namespace KafkaActors.Protocol.Generator.Model;

/// <summary>
/// One field of a message or struct. Exactly one of <see cref="Scalar"/> and <see cref="Struct"/> is set: the type of
/// the field or, when <see cref="IsArray"/>, of its elements. <see cref="Versions"/> lies within the message's.
/// </summary>
internal sealed record FieldDefinition(string Name, int Line, string Summary)
{
    public ScalarType? Scalar { get; init; }

    public StructDefinition? Struct { get; init; }

    public bool IsArray { get; init; }

    public VersionRange Versions { get; init; }

    /// <summary>The versions in which null is a value on the wire.</summary>
    public VersionRange NullIn { get; init; } = VersionRange.Empty;

    /// <summary>The tag of a tagged field, which only flexible versions have.</summary>
    public int? Tag { get; init; }

    /// <summary>The C# expression of the default; null: the type's own.</summary>
    public string? Default { get; init; }

    /// <summary>A struct behind a tag is absent or there; its absence needs no object of defaults.</summary>
    public bool IsTaggedStruct => Struct is not null && !IsArray && Tag is not null;

    /// <summary>Whether the field itself, and not its elements, starts with a length.</summary>
    public bool UsesFlexible => !IsArray && Scalar is { HasLength: true };

    public bool IsNullable => !NullIn.IsEmpty || IsTaggedStruct || Scalar is { IsRecords: true };

    public string ElementType => Scalar?.CSharp ?? Struct!.Name;

    public string PropertyType => (IsArray ? $"IReadOnlyList<{ElementType}>" : ElementType) + (IsNullable ? "?" : "");

    public int LeastSize(int version, bool flexible)
    {
        if (Tag is not null || !Versions.Contains(version)) return 0;
        if (IsArray) return flexible ? 1 : 4;
        if (Scalar is not null) return Scalar.LeastSizeIn(flexible);
        return NullIn.Contains(version) ? 1 : Struct!.LeastSize(version, flexible);
    }
}
