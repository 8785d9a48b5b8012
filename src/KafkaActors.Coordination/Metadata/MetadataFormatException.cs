namespace KafkaActors.Coordination.Metadata;

/// <summary>Bytes of the metadata log, a snapshot or a metadata message that this version cannot read.</summary>
public sealed class MetadataFormatException : Exception
{
    public MetadataFormatException()
    {
    }

    public MetadataFormatException(string message)
        : base(message)
    {
    }

    public MetadataFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
