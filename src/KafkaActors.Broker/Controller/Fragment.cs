namespace KafkaActors.Broker.Controller;

/// <summary>
/// A part of a message between nodes that is too large for one frame: the parts of one message come in order from one
/// sender, and one that does not follow the last drops what was gathered.
/// </summary>
/// <param name="Id">Of the whole message, among its sender's.</param>
/// <param name="Manifest">Of the whole message.</param>
/// <param name="TotalBytes">Of the whole message.</param>
/// <param name="Position">Of the first byte here.</param>
internal sealed record Fragment(long Id, string Manifest, int TotalBytes, int Position, ReadOnlyMemory<byte> Bytes);
