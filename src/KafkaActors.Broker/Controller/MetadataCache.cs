using KafkaActors.Coordination.Metadata;

namespace KafkaActors.Broker.Controller;

/// <summary>
/// This node's newest metadata, for every thread: one volatile read. It only goes forward. Written by the
/// <see cref="MetadataFollower"/> alone.
/// </summary>
internal sealed class MetadataCache
{
    private volatile MetadataImage _image = MetadataImage.Empty;

    public MetadataImage Image => _image;

    public void Publish(MetadataImage image)
    {
        if (image.Offset < _image.Offset) throw new ArgumentException("Metadata does not go back.", nameof(image));
        _image = image;
    }
}
