namespace KafkaActors.Protocol.Generator.Model;

/// <summary>
/// One body that is read and written as a whole, a request, a response or a record, and becomes one C# class with the
/// structs nested in it.
/// </summary>
internal sealed record MessageDefinition(
    MessageKind Kind, StructDefinition Body, IReadOnlyList<StructDefinition> Structs, SchemaHeader Header)
{
    public VersionRange Versions => Header.Versions;

    public string Name => Body.Name;

    public bool IsFlexible(int version) => version >= Header.FlexibleFrom;

    /// <summary>The fewest bytes of an array's element over all versions that have the array.</summary>
    public int LeastElementSize(FieldDefinition field)
    {
        int least = int.MaxValue;
        for (int version = field.Versions.Low; version <= field.Versions.High; version++)
        {
            bool flexible = IsFlexible(version);
            least = Math.Min(least, field.Scalar?.LeastSizeIn(flexible) ?? field.Struct!.LeastSize(version, flexible));
        }

        return Math.Max(1, least);
    }
}
