namespace KafkaActors.Coordination.Metadata;

/// <summary>
/// An entry of the metadata log cannot be applied: the image or the log is wrong, and nobody knows which. Whoever meets
/// it writes no snapshot, cuts nothing and stops, so that what shows the fault stays.
/// </summary>
public sealed class MetadataEntryException : InvalidOperationException
{
    public MetadataEntryException()
    {
    }

    public MetadataEntryException(string message)
        : base(message)
    {
    }

    public MetadataEntryException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public MetadataEntryException(MetadataEntry entry, MetadataEvent item, Exception cause)
        : base(
            $"entry {entry.Offset.Value} of the metadata log, epoch {entry.Epoch}, cannot be applied at its "
            + $"{item.GetType().Name}: {cause.Message}",
            cause)
    {
    }
}
