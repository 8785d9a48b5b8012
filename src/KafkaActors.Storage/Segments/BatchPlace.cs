namespace KafkaActors.Storage.Segments;

/// <summary>A batch's header and where in the file it begins.</summary>
internal readonly record struct BatchPlace(long Position, BatchHeader Header)
{
    public long End => Position + Header.SizeInBytes;
}
