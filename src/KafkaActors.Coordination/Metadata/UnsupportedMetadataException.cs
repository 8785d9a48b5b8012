using KafkaActors.Protocol;

namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// Committed metadata is of a level that this software does not know. The node must stop: whatever it went on to do
/// would be done without what it cannot read. The message names offset, kind and remedy.
/// </summary>
public sealed class UnsupportedMetadataException : InvalidOperationException
{
    public UnsupportedMetadataException()
    {
    }

    public UnsupportedMetadataException(string message)
        : base(message)
    {
    }

    public UnsupportedMetadataException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public UnsupportedMetadataException(MetadataOffset offset, string kind)
        : base($"The metadata at offset {offset} holds {kind}, and this software knows metadata.version "
            + $"{MetadataVersion.Supported}: start the node with the version that the other nodes run, or a newer one.")
    {
    }
}
