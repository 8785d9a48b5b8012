namespace KafkaActors.Protocol.Generator.Model;

/// <summary>The head of a definition file. <see cref="ApiKey"/> is null for a record schema.</summary>
internal sealed record SchemaHeader(
    string Name, int? ApiKey, string Summary, VersionRange Versions, VersionRange Advertised, int FlexibleFrom)
{
    /// <summary>The <see cref="FlexibleFrom"/> of a schema that has no flexible version.</summary>
    public const int Never = short.MaxValue;

    public VersionRange FlexibleVersions => Versions.Intersect(new VersionRange(FlexibleFrom, VersionRange.Open));
}
