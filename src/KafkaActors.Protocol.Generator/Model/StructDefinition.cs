namespace KafkaActors.Protocol.Generator.Model;

/// <summary>A named group of fields: a message's body itself, or a struct within it.</summary>
internal sealed record StructDefinition(string Name, string Summary, IReadOnlyList<FieldDefinition> Fields)
{
    public IEnumerable<FieldDefinition> Plain => Fields.Where(one => one.Tag is null);

    public IEnumerable<FieldDefinition> Tagged => Fields.Where(one => one.Tag is not null).OrderBy(one => one.Tag);

    /// <summary>The fewest bytes the struct takes in a version; what an array's count is checked against.</summary>
    public int LeastSize(int version, bool flexible) =>
        Fields.Sum(field => field.LeastSize(version, flexible)) + (flexible ? 1 : 0);
}
