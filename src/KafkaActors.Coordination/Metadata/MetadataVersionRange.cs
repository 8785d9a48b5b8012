namespace KafkaActors.Coordination.Metadata;

/// <summary>The levels of <c>metadata.version</c> that a node's software can read and write, both inclusive.</summary>
public readonly record struct MetadataVersionRange(short Least, short Greatest)
{
    public bool Contains(short version) => version >= Least && version <= Greatest;

    public override string ToString() => Least == Greatest ? $"{Least}" : $"{Least} to {Greatest}";
}
